using System.Linq;
using Microsoft.CodeAnalysis;

namespace HighPerf.Generators.Parsing;

/// <summary>Attributes on contracts and their members: ours, and MemoryPack's by name, so that types which carry those are understood as they are.</summary>
internal static class Marks
{
    public static bool IsIgnored(ISymbol member) => Has(member, "HighPerf.IgnoreMemberAttribute", "MemoryPack.MemoryPackIgnoreAttribute");

    public static bool IsIncluded(ISymbol member) => Has(member, "HighPerf.IncludeMemberAttribute", "MemoryPack.MemoryPackIncludeAttribute");

    public static bool IsConstructor(ISymbol constructor) => Has(constructor, "HighPerf.ContractConstructorAttribute", "MemoryPack.MemoryPackConstructorAttribute");

    public static bool KeepsDefault(ISymbol member) => Has(member, "HighPerf.KeepDefaultAttribute", "MemoryPack.SuppressDefaultInitializationAttribute");

    public static bool IsBitPacked(ISymbol member) => Has(member, "HighPerf.BitPackedAttribute", "MemoryPack.BitPackFormatterAttribute");

    public static bool IsInterned(ISymbol member) => Has(member, "HighPerf.InternedAttribute", "MemoryPack.InternStringFormatterAttribute");

    public static bool IsUtf16(ISymbol member) => Has(member, "HighPerf.Utf16Attribute", "MemoryPack.Utf16StringFormatterAttribute");

    public static bool IgnoresCase(ISymbol member) => member.GetAttributes().Any(a => TypeNames.Is(a.AttributeClass, "MemoryPack.OrdinalIgnoreCaseStringDictionaryFormatterAttribute`1"));

    /// <summary>An attribute that names a formatter of MemoryPack's own kind, which has no meaning here.</summary>
    public static INamedTypeSymbol? ForeignFormatter(ISymbol member)
    {
        foreach (var attribute in member.GetAttributes())
        {
            for (var type = attribute.AttributeClass?.BaseType; type is not null; type = type.BaseType)
            {
                if (type.Name == "MemoryPackCustomFormatterAttribute" && !IsKnownFormatter(attribute.AttributeClass!))
                {
                    return attribute.AttributeClass;
                }
            }
        }

        return null;
    }

    public static int? Order(ISymbol member)
        => TypeNames.OnlyArgument(Find(member, "HighPerf.MemberOrderAttribute", "MemoryPack.MemoryPackOrderAttribute")) is int order ? order : null;

    /// <summary>The attributes of a union's cases.</summary>
    public static AttributeData[] Cases(ISymbol type)
        => [.. type.GetAttributes().Where(a => TypeNames.Is(a.AttributeClass, "HighPerf.UnionAttribute") || TypeNames.Is(a.AttributeClass, "MemoryPack.MemoryPackUnionAttribute"))];

    /// <summary>The name of the layout that a declaration chooses; null for the ordinary one.</summary>
    public static string? Layout(INamedTypeSymbol type)
    {
        foreach (var attribute in type.GetAttributes())
        {
            if (TypeNames.Is(attribute.AttributeClass, KnownNames.MemoryPackable) && attribute.ConstructorArguments.Length > 0)
            {
                return EnumName(attribute.ConstructorArguments[0]);
            }

            if (TypeNames.Is(attribute.AttributeClass, KnownNames.Event) || TypeNames.Is(attribute.AttributeClass, KnownNames.Document))
            {
                var named = attribute.NamedArguments.FirstOrDefault(a => a.Key == "Layout").Value;
                if (EnumName(named) is { } name and not "Ordinary")
                {
                    return name;
                }
            }
        }

        return null;
    }

    private static string? EnumName(TypedConstant constant)
        => constant is { Kind: TypedConstantKind.Enum, Type: { } type }
            ? type.GetMembers().OfType<IFieldSymbol>().FirstOrDefault(f => f.HasConstantValue && Equals(f.ConstantValue, constant.Value))?.Name
            : null;

    private static bool IsKnownFormatter(INamedTypeSymbol attribute)
        => attribute.Name is "Utf8StringFormatterAttribute" or "Utf16StringFormatterAttribute" or "InternStringFormatterAttribute" or "BitPackFormatterAttribute"
            or "OrdinalIgnoreCaseStringDictionaryFormatterAttribute";

    private static bool Has(ISymbol symbol, string ours, string theirs) => Find(symbol, ours, theirs) is not null;

    private static AttributeData? Find(ISymbol symbol, string ours, string theirs)
        => symbol.GetAttributes().FirstOrDefault(a => TypeNames.Is(a.AttributeClass, ours) || TypeNames.Is(a.AttributeClass, theirs));
}
