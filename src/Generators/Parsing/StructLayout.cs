using System;
using System.Globalization;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace HighPerf.Generators.Parsing;

/// <summary>A struct's <c>[StructLayout]</c>, or the defaults.</summary>
internal readonly struct StructLayout(int kind, int pack, int size)
{
    public const int Sequential = 0;
    public const int Explicit = 2;
    public const int Auto = 3;

    public int Kind { get; } = kind;

    public int Pack { get; } = pack;

    public int Size { get; } = size;

    public static StructLayout Of(INamedTypeSymbol type)
    {
        var attribute = TypeNames.Attribute(type, "System.Runtime.InteropServices.StructLayoutAttribute");
        if (attribute is null)
        {
            return new StructLayout(Sequential, 0, 0);
        }

        var kind = attribute.ConstructorArguments.Length == 1 ? Integer(attribute.ConstructorArguments[0]) : Sequential;
        return new StructLayout(kind, Named(attribute, "Pack"), Named(attribute, "Size"));
    }

    public static int FieldOffset(IFieldSymbol field)
        => TypeNames.Attribute(field, "System.Runtime.InteropServices.FieldOffsetAttribute") is { ConstructorArguments.Length: 1 } attribute
            ? Integer(attribute.ConstructorArguments[0])
            : 0;

    private static int Named(AttributeData attribute, string name)
        => attribute.NamedArguments.Where(a => a.Key == name).Select(a => Integer(a.Value)).FirstOrDefault();

    private static int Integer(TypedConstant constant) => constant.Value is IConvertible value ? Convert.ToInt32(value, CultureInfo.InvariantCulture) : 0;
}
