// Attributes with the names of MemoryPack's, as a user's project would have them from that package.
#pragma warning disable CA1019, CA1813, CS9113, IDE0040, IDE0060
namespace MemoryPack;

internal enum GenerateType { Object, VersionTolerant, CircularReference, Collection, NoGenerate }

internal enum SerializeLayout { Sequential, Explicit }

[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct | AttributeTargets.Interface)]
internal sealed class MemoryPackableAttribute : Attribute
{
    public MemoryPackableAttribute(GenerateType generateType = GenerateType.Object) { }

    public MemoryPackableAttribute(GenerateType generateType, SerializeLayout serializeLayout) { }

    public MemoryPackableAttribute(SerializeLayout serializeLayout) { }
}

[AttributeUsage(AttributeTargets.Class | AttributeTargets.Interface, AllowMultiple = true)]
internal sealed class MemoryPackUnionAttribute(ushort tag, Type type) : Attribute;

[AttributeUsage(AttributeTargets.Class)]
internal sealed class MemoryPackUnionFormatterAttribute(Type type) : Attribute;

[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
internal sealed class MemoryPackOrderAttribute(int order) : Attribute;

[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
internal sealed class MemoryPackIgnoreAttribute : Attribute;

[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
internal sealed class MemoryPackIncludeAttribute : Attribute;

[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
internal sealed class SuppressDefaultInitializationAttribute : Attribute;

[AttributeUsage(AttributeTargets.Constructor)]
internal sealed class MemoryPackConstructorAttribute : Attribute;

[AttributeUsage(AttributeTargets.Method)]
internal sealed class MemoryPackOnSerializingAttribute : Attribute;

[AttributeUsage(AttributeTargets.Method)]
internal sealed class MemoryPackOnDeserializedAttribute : Attribute;

[AttributeUsage(AttributeTargets.Property | AttributeTargets.Field)]
internal abstract class MemoryPackCustomFormatterAttribute<T> : Attribute;

internal sealed class Utf8StringFormatterAttribute : MemoryPackCustomFormatterAttribute<string>;

internal sealed class Utf16StringFormatterAttribute : MemoryPackCustomFormatterAttribute<string>;

internal sealed class InternStringFormatterAttribute : MemoryPackCustomFormatterAttribute<string>;

internal sealed class BitPackFormatterAttribute : MemoryPackCustomFormatterAttribute<bool[]>;

internal sealed class OrdinalIgnoreCaseStringDictionaryFormatterAttribute<TValue> : MemoryPackCustomFormatterAttribute<Dictionary<string, TValue>>;
