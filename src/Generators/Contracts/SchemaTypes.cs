using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using HighPerf.Generators.Parsing;
using Microsoft.CodeAnalysis;

namespace HighPerf.Generators.Contracts;

/// <summary>
/// A type as messages know it. Two texts: its name, for contracts.lock; and its layout, for the fingerprint, in which enums and structs are what they are made of and
/// not what they are called. Types with the same bytes have the same text: every sequence is <c>T[]</c>. The enums and structs on the way are collected as facts.
/// </summary>
internal sealed class SchemaTypes
{
    private const int MaxNesting = 32;

    private static readonly SymbolDisplayFormat Name = new(
        typeQualificationStyle: SymbolDisplayTypeQualificationStyle.NameAndContainingTypesAndNamespaces, miscellaneousOptions: SymbolDisplayMiscellaneousOptions.UseSpecialTypes);

    private readonly SortedSet<string> _seen = new(System.StringComparer.Ordinal);
    private readonly List<string> _facts = [];
    private readonly HashSet<ISymbol> _open = new(SymbolEqualityComparer.Default);

    /// <summary>Facts about the enums and structs that were named, whole lines.</summary>
    public IReadOnlyList<string> Facts => _facts;

    public string NameOf(ITypeSymbol type) => Write(type, isLayout: false, MaxNesting);

    public string LayoutOf(ITypeSymbol type) => Write(type, isLayout: true, MaxNesting);

    private string Write(ITypeSymbol type, bool isLayout, int depth)
    {
        if (depth == 0)
        {
            return "";
        }

        if (type is IArrayTypeSymbol array)
        {
            return Write(array.ElementType, isLayout, depth - 1) + "[" + new string(',', array.Rank - 1) + "]";
        }

        if (type is not INamedTypeSymbol named)
        {
            return type.Name;
        }

        if (named.OriginalDefinition.SpecialType == SpecialType.System_Nullable_T)
        {
            return Write(named.TypeArguments[0], isLayout, depth - 1) + "?";
        }

        if (named.TypeKind == TypeKind.Enum)
        {
            return isLayout ? "enum:" + Write(named.EnumUnderlyingType!, isLayout, depth - 1) : Enum(named);
        }

        if (ShapeParser.IsContract(named) && !(named.IsValueType && named.IsUnmanagedType))
        {
            return SchemaNames.Of(named);
        }

        if (named.ContainingNamespace is { Name: "System", ContainingNamespace.IsGlobalNamespace: true } && named.Arity == 0)
        {
            return named.SpecialType == SpecialType.None ? named.Name : named.ToDisplayString(Name);
        }

        if (named.IsUnmanagedType && named.TypeKind == TypeKind.Struct && named.Arity == 0)
        {
            return isLayout ? Layout(named, depth) : Struct(named, depth);
        }

        return Generic(named, isLayout, depth);
    }

    private string Generic(INamedTypeSymbol type, bool isLayout, int depth)
    {
        var arguments = type.TypeArguments.Select(a => Write(a, isLayout, depth - 1)).ToList();
        return TypeNames.MetadataName(type) switch
        {
            "System.Collections.Generic.List`1" or "System.Collections.Generic.HashSet`1" or "System.Collections.Generic.ISet`1" or "System.Collections.Generic.IReadOnlySet`1"
                or "System.Collections.Generic.IList`1" or "System.Collections.Generic.ICollection`1" or "System.Collections.Generic.IReadOnlyList`1"
                or "System.Collections.Generic.IReadOnlyCollection`1" or "System.Collections.Generic.IEnumerable`1" or "System.Memory`1" or "System.ReadOnlyMemory`1" => arguments[0] + "[]",
            "System.Collections.Generic.Dictionary`2" or "System.Collections.Generic.IDictionary`2" or "System.Collections.Generic.IReadOnlyDictionary`2"
                => $"Dictionary<{arguments[0]},{arguments[1]}>",
            _ => type.ToDisplayString(Name) + (arguments.Count == 0 ? "" : "<" + string.Join(",", arguments) + ">"),
        };
    }

    private string Enum(INamedTypeSymbol type)
    {
        var name = type.ToDisplayString(Name);
        if (_seen.Add("enum " + name))
        {
            _facts.Add($"enum {SchemaNames.Escape(name)} type {type.EnumUnderlyingType!.ToDisplayString(Name)}");
            foreach (var value in type.GetMembers().OfType<IFieldSymbol>().Where(f => f.HasConstantValue))
            {
                _facts.Add($"enum {SchemaNames.Escape(name)} value {System.Convert.ToString(value.ConstantValue, CultureInfo.InvariantCulture)} {SchemaNames.Escape(value.Name)}");
            }
        }

        return name;
    }

    private string Struct(INamedTypeSymbol type, int depth)
    {
        var name = type.ToDisplayString(Name);
        if (_seen.Add("struct " + name))
        {
            var place = _facts.Count;
            var lines = new List<string> { $"struct {SchemaNames.Escape(name)} size {Size(type)}" };
            var order = 0;
            foreach (var field in Fields(type))
            {
                lines.Add($"struct {SchemaNames.Escape(name)} field {order++} {SchemaNames.Escape(field.AssociatedSymbol?.Name ?? field.Name)} {SchemaNames.Escape(Write(field.Type, isLayout: false, depth - 1) + Offset(type, field))}");
            }

            _facts.InsertRange(place, lines);
        }

        return name;
    }

    private string Layout(INamedTypeSymbol type, int depth)
    {
        // A struct that contains itself is an error of the language's, and yet it gets here while somebody types. Twice in itself, it would be written two to the power of the depth times.
        if (!_open.Add(type))
        {
            return "";
        }

        var text = "{" + string.Join(",", Fields(type).Select(f => Write(f.Type, isLayout: true, depth - 1) + Offset(type, f))) + "}" + Size(type);
        _open.Remove(type);
        return text;
    }

    private static string Size(INamedTypeSymbol type) => (LayoutParser.Struct(type, out _)?.Size ?? 0).ToString(CultureInfo.InvariantCulture);

    /// <summary>Fields that say themselves where they are.</summary>
    private static string Offset(INamedTypeSymbol type, IFieldSymbol field)
        => StructLayout.Of(type).Kind == StructLayout.Explicit ? "@" + StructLayout.FieldOffset(field).ToString(CultureInfo.InvariantCulture) : "";

    private static IEnumerable<IFieldSymbol> Fields(INamedTypeSymbol type) => type.GetMembers().OfType<IFieldSymbol>().Where(f => !f.IsStatic && !f.IsConst);
}
