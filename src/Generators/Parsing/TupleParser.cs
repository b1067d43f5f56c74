using System;
using System.Collections.Generic;
using System.Linq;
using HighPerf.Generators.Model;
using Microsoft.CodeAnalysis;

namespace HighPerf.Generators.Parsing;

/// <summary>Tuples, value tuples and pairs: as memory where they hold no reference, else item by item.</summary>
internal static class TupleParser
{
    private const int MaxItems = 7;

    public static bool IsTuple(INamedTypeSymbol type)
        => type.IsTupleType || TypeNames.MetadataName(type) is "System.Collections.Generic.KeyValuePair`2"
            || (type is { Name: "Tuple" or "ValueTuple", Arity: > 0, ContainingNamespace: { Name: "System", ContainingNamespace.IsGlobalNamespace: true } });

    public static Shape? Parse(INamedTypeSymbol type, Func<ITypeSymbol, (Shape? Shape, string Why)> parse, out string why)
    {
        why = "";
        var name = TypeNames.SourceNotNull(type);
        var items = new List<Shape>();
        if (type.TypeArguments.Length > MaxItems)
        {
            why = "tuples have up to seven items; declare a type with [Document]";
            return null;
        }

        foreach (var argument in type.TypeArguments)
        {
            var (shape, reason) = parse(argument);
            if (shape is null)
            {
                why = $"its part '{TypeNames.Display(argument)}' cannot; {reason}";
                return null;
            }

            items.Add(shape);
        }

        var kind = type.Name == "KeyValuePair" ? TupleKind.Pair : type.IsValueType ? TupleKind.Value : TupleKind.Object;
        var parts = items.OfType<FixedShape>().ToList();
        if (kind == TupleKind.Object || parts.Count < items.Count)
        {
            return new TupleShape(name, kind, items.ToEquatableArray());
        }

        return kind == TupleKind.Pair ? FixedShape.PairOf(name, parts[0], parts[1]) : Tuple(name, parts, type.TypeArguments);
    }

    // The runtime puts primitives first, the largest one ahead, then structs in their order. Generated code checks the size and takes the offsets from the runtime.
    private static FixedShape Tuple(string name, List<FixedShape> parts, IReadOnlyList<ITypeSymbol> types)
    {
        var order = parts.Select((p, i) => (Part: p, IsStruct: !IsPrimitive(types[i]))).OrderBy(p => p.IsStruct).ThenByDescending(p => p.IsStruct ? 0 : p.Part.Size).ToList();
        var end = 0;
        foreach (var (part, _) in order)
        {
            end = FixedShape.RoundUp(end, part.Alignment) + part.Size;
        }

        var alignment = parts.Max(p => p.Alignment);
        var size = order.Any(p => p.IsStruct) && end < 8 ? PowerOfTwo(end) : FixedShape.RoundUp(end, order.Any(p => p.IsStruct) ? Math.Max(8, alignment) : alignment);
        return new FixedShape(name, FixedKind.Tuple, size, alignment, parts.ToEquatableArray(), default);
    }

    private static bool IsPrimitive(ITypeSymbol type) => type.TypeKind == TypeKind.Enum
        || (type.SpecialType is >= SpecialType.System_Boolean and <= SpecialType.System_Double and not SpecialType.System_Decimal)
        || type.SpecialType is SpecialType.System_IntPtr or SpecialType.System_UIntPtr;

    private static int PowerOfTwo(int value)
    {
        var power = 1;
        while (power < value)
        {
            power *= 2;
        }

        return power;
    }
}
