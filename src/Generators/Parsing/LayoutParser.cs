using System;
using System.Collections.Generic;
using System.Linq;
using HighPerf.Generators.Model;
using Microsoft.CodeAnalysis;

namespace HighPerf.Generators.Parsing;

/// <summary>Sizes, alignments and field offsets of types without references, as the runtime lays them out on 64-bit machines.</summary>
internal static class LayoutParser
{
    private const int MaxStructSize = 64 * 1024;
    private const int MaxFixups = 1024;

    // A struct that contains itself is an error of the language's, and yet it gets here while somebody types.
    private const int MaxNesting = 32;

    /// <summary>A primitive, an enum, or one of the base library's fixed-size types.</summary>
    public static FixedShape? TryPrimitive(ITypeSymbol type)
    {
        var name = TypeNames.SourceNotNull(type);
        if (type is INamedTypeSymbol { TypeKind: TypeKind.Enum, EnumUnderlyingType: { } underlying })
        {
            return TryPrimitive(underlying) is { } shape ? shape with { TypeName = name } : null;
        }

        switch (type.SpecialType)
        {
            case SpecialType.System_Boolean:
                return FixedShape.Of(name, FixedKind.Boolean, 1, 1);
            case SpecialType.System_Byte or SpecialType.System_SByte:
                return FixedShape.Of(name, FixedKind.Plain, 1, 1);
            case SpecialType.System_Int16 or SpecialType.System_UInt16 or SpecialType.System_Char:
                return FixedShape.Of(name, FixedKind.Plain, 2, 2);
            case SpecialType.System_Int32 or SpecialType.System_UInt32 or SpecialType.System_Single:
                return FixedShape.Of(name, FixedKind.Plain, 4, 4);
            case SpecialType.System_Int64 or SpecialType.System_UInt64 or SpecialType.System_Double or SpecialType.System_IntPtr or SpecialType.System_UIntPtr:
                return FixedShape.Of(name, FixedKind.Plain, 8, 8);
            case SpecialType.System_Decimal:
                return FixedShape.Of(name, FixedKind.Decimal, 16, 8);
            case SpecialType.System_DateTime:
                return FixedShape.Of(name, FixedKind.DateTime, 8, 8);
        }

        return type is INamedTypeSymbol { IsValueType: true, Arity: 0, ContainingType: null, ContainingNamespace: { } space } ? (space.ToDisplayString(), type.Name) switch
        {
            ("System", "Half") => FixedShape.Of(name, FixedKind.Plain, 2, 2),
            ("System", "Int128" or "UInt128") => FixedShape.Of(name, FixedKind.Plain, 16, 16),
            ("System", "Guid") => FixedShape.Of(name, FixedKind.Plain, 16, 4),
            ("System", "TimeSpan") => FixedShape.Of(name, FixedKind.Plain, 8, 8),
            ("System", "DateTimeOffset") => FixedShape.Of(name, FixedKind.DateTimeOffset, 16, 8),
            ("System", "DateOnly") => FixedShape.Of(name, FixedKind.DateOnly, 4, 4),
            ("System", "TimeOnly") => FixedShape.Of(name, FixedKind.TimeOnly, 8, 8),
            ("System", "Index") => FixedShape.Of(name, FixedKind.Plain, 4, 4),
            ("System", "Range") => FixedShape.Of(name, FixedKind.Plain, 8, 4),
            ("System.Text", "Rune") => FixedShape.Of(name, FixedKind.Rune, 4, 4),
            ("System.Numerics", "Complex") => FixedShape.Of(name, FixedKind.Plain, 16, 8),
            ("System.Numerics", "Vector2") => FixedShape.Of(name, FixedKind.Plain, 8, 4),
            ("System.Numerics", "Vector3") => FixedShape.Of(name, FixedKind.Plain, 12, 4),
            ("System.Numerics", "Vector4" or "Quaternion" or "Plane") => FixedShape.Of(name, FixedKind.Plain, 16, 4),
            ("System.Numerics", "Matrix3x2") => FixedShape.Of(name, FixedKind.Plain, 24, 4),
            ("System.Numerics", "Matrix4x4") => FixedShape.Of(name, FixedKind.Plain, 64, 4),
            _ => null,
        } : null;
    }

    /// <summary>A struct of the user's that contains no reference.</summary>
    public static FixedShape? Struct(INamedTypeSymbol type, out string why) => Struct(type, MaxNesting, out why);

    private static FixedShape? Struct(INamedTypeSymbol type, int depth, out string why)
    {
        if (depth == 0)
        {
            return Refuse("its structs are nested too deeply", out why);
        }

        var layout = StructLayout.Of(type);
        if (layout.Kind == StructLayout.Auto)
        {
            return Refuse("its layout is LayoutKind.Auto, which is the runtime's choice", out why);
        }

        if (type.IsRefLikeType)
        {
            return Refuse("it is a ref struct", out why);
        }

        if (TypeNames.Attribute(type, "System.Runtime.CompilerServices.InlineArrayAttribute") is { } inline)
        {
            return InlineArray(type, inline, depth, out why);
        }

        var covered = new List<(int Start, int End)>();
        var fixups = new List<Fixup>();
        var end = 0;
        var alignment = 1;
        foreach (var field in type.GetMembers().OfType<IFieldSymbol>().Where(f => !f.IsStatic && !f.IsConst))
        {
            if (field.IsFixedSizeBuffer || Field(field.Type, depth) is not { } shape)
            {
                return Refuse($"the layout of its field '{field.AssociatedSymbol?.Name ?? field.Name}' of type '{TypeNames.Display(field.Type)}' is not known", out why);
            }

            var fieldAlignment = layout.Pack > 0 ? Math.Min(layout.Pack, shape.Alignment) : shape.Alignment;
            var offset = layout.Kind == StructLayout.Explicit ? StructLayout.FieldOffset(field) : RoundUp(end, fieldAlignment);
            alignment = Math.Max(alignment, fieldAlignment);
            end = Math.Max(end, offset + shape.Size);
            covered.Add((offset, offset + shape.Size));
            AddFixups(fixups, shape, offset);
        }

        var size = Math.Max(RoundUp(Math.Max(end, 1), alignment), layout.Size);
        if (size > MaxStructSize)
        {
            return Refuse($"it has {size} bytes", out why);
        }

        AddPadding(fixups, covered, size, 0);
        why = "";
        return new FixedShape(
            TypeNames.SourceNotNull(type),
            fixups.Count == 0 ? FixedKind.Plain : FixedKind.Struct,
            size,
            alignment,
            default,
            fixups.OrderBy(f => f.Offset).ToEquatableArray());
    }

    private static FixedShape? InlineArray(INamedTypeSymbol type, AttributeData attribute, int depth, out string why)
    {
        var element = type.GetMembers().OfType<IFieldSymbol>().FirstOrDefault(f => !f.IsStatic) is { } field ? Field(field.Type, depth) : null;
        if (element is null || !(TypeNames.OnlyArgument(attribute) is int count && count > 0) || count > MaxStructSize / element.Size)
        {
            return Refuse("it is an inline array of a type whose layout is not known, or of too many elements", out why);
        }

        var fixups = new List<Fixup>();
        AddFixups(fixups, element, 0);
        if (fixups.Count * count > MaxFixups)
        {
            return Refuse("it is an inline array of too many elements that need to be checked", out why);
        }

        why = "";
        var all = Enumerable.Range(0, count).SelectMany(i => fixups.Select(f => f with { Offset = f.Offset + (i * element.Size) }));
        return new FixedShape(
            TypeNames.SourceNotNull(type), fixups.Count == 0 ? FixedKind.Plain : FixedKind.Struct, element.Size * count, element.Alignment, default, all.ToEquatableArray());
    }

    private static FixedShape? Field(ITypeSymbol type, int depth)
    {
        if (TryPrimitive(type) is { } primitive)
        {
            return primitive;
        }

        if (type is not INamedTypeSymbol named)
        {
            return null;
        }

        return named.OriginalDefinition.SpecialType == SpecialType.System_Nullable_T
            ? Field(named.TypeArguments[0], depth - 1) is { } inner ? FixedShape.NullableOf(inner) : null
            : TypeNames.MetadataName(named) == "System.Collections.Generic.KeyValuePair`2"
            ? Field(named.TypeArguments[0], depth - 1) is { } key && Field(named.TypeArguments[1], depth - 1) is { } value ? FixedShape.PairOf(TypeNames.SourceNotNull(named), key, value) : null
            : named.ContainingNamespace?.ToDisplayString().StartsWith("System", StringComparison.Ordinal) == true ? null : Struct(named, depth - 1, out _);
    }

    private static void AddFixups(List<Fixup> fixups, FixedShape shape, int offset)
    {
        switch (shape.Kind)
        {
            case FixedKind.Plain:
                break;
            case FixedKind.Struct:
                fixups.AddRange(shape.Fixups.Select(f => f with { Offset = f.Offset + offset }));
                break;
            case FixedKind.Nullable:
                fixups.Add(new Fixup(offset, FixedKind.Boolean, 1));
                if (shape.Alignment > 1)
                {
                    fixups.Add(new Fixup(offset + 1, FixedKind.Plain, shape.Alignment - 1));
                }

                AddFixups(fixups, shape.Parts[0], offset + shape.Alignment);
                break;
            case FixedKind.Pair:
                AddFixups(fixups, shape.Parts[0], offset);
                AddPadding(fixups, [(0, shape.Parts[0].Size), (shape.SecondOffset, shape.SecondOffset + shape.Parts[1].Size)], shape.Size, offset);
                AddFixups(fixups, shape.Parts[1], offset + shape.SecondOffset);
                break;
            default:
                fixups.Add(new Fixup(offset, shape.Kind, shape.Size));
                break;
        }
    }

    private static void AddPadding(List<Fixup> fixups, List<(int Start, int End)> covered, int size, int origin)
    {
        var at = 0;
        foreach (var (start, end) in covered.OrderBy(c => c.Start))
        {
            if (start > at)
            {
                fixups.Add(new Fixup(origin + at, FixedKind.Plain, start - at));
            }

            at = Math.Max(at, end);
        }

        if (size > at)
        {
            fixups.Add(new Fixup(origin + at, FixedKind.Plain, size - at));
        }
    }

    private static int RoundUp(int value, int alignment) => (value + alignment - 1) / alignment * alignment;

    private static FixedShape? Refuse(string reason, out string why)
    {
        why = reason;
        return null;
    }
}
