namespace HighPerf;

/// <summary>One case of a union, on an abstract class or interface that is an event or document: the tag and then the case's own encoding. Tags are never used again.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Interface, AllowMultiple = true, Inherited = false)]
public sealed class UnionAttribute(ushort tag, Type type) : Attribute
{
    /// <summary>The tag in the bytes; below 250 it takes one byte.</summary>
    public ushort Tag => tag;

    /// <summary>The case: an event or document that derives from the union.</summary>
    public Type Type => type;
}
