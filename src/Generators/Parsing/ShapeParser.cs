using System.Collections.Generic;
using System.Linq;
using HighPerf.Generators.Model;
using Microsoft.CodeAnalysis;

namespace HighPerf.Generators.Parsing;

/// <summary>From a type to its encoding. Does not report: says why a type has none.</summary>
internal static class ShapeParser
{
    private const int MaxNesting = 16;
    private const string NoData = "it is not data, or its encoding is not sound; send a string, a byte[] or an id (see the page of this diagnostic)";

    private static readonly Dictionary<string, TextKind> Texts = new()
    {
        ["System.Uri"] = TextKind.Uri,
        ["System.Version"] = TextKind.Version,
        ["System.Text.StringBuilder"] = TextKind.StringBuilder,
        ["System.Globalization.CultureInfo"] = TextKind.CultureInfo,
    };

    private static readonly HashSet<string> Refused =
    [
        "System.Type", "System.Collections.BitArray", "System.Numerics.BigInteger", "System.TimeZoneInfo",
    ];

    public static Shape? Parse(ITypeSymbol type, ShapeContext context, out string why) => Parse(type, context, MaxNesting, false, out why);

    /// <summary>The encoding of a member or parameter, which its attributes may change.</summary>
    public static Shape? ParseMember(ISymbol member, ITypeSymbol type, ShapeContext context, bool asElement, out string why)
    {
        if (Formatters.On(member) is { } formatter)
        {
            return Formatters.TypesOf(formatter).Any(t => SymbolEqualityComparer.Default.Equals(t, type))
                ? Formatted(type, formatter, out why)
                : Refuse($"'{TypeNames.Display(formatter)}' is no IMessageFormatter<{TypeNames.Display(type)}>", out why);
        }

        if (Marks.ForeignFormatter(member) is { } foreign)
        {
            return Refuse($"'{foreign.Name}' names a formatter of MemoryPack; write an IMessageFormatter<{TypeNames.Display(type)}> and name it with [Formatter<...>]", out why);
        }

        if (Marks.IsBitPacked(member) && type is IArrayTypeSymbol { IsSZArray: true, ElementType.SpecialType: SpecialType.System_Boolean })
        {
            why = "";
            return new TextShape(TypeNames.SourceNotNull(type), TextKind.Bits);
        }

        var shape = Parse(type, context, MaxNesting, asElement, out why);
        return shape switch
        {
            TextShape { Kind: TextKind.String } when Marks.IsUtf16(member) => new TextShape(shape.TypeName, TextKind.Utf16String),
            TextShape { Kind: TextKind.String } when Marks.IsInterned(member) => new TextShape(shape.TypeName, TextKind.InternedString),
            DictionaryShape { Kind: DictionaryKind.Dictionary, Key: TextShape } dictionary when Marks.IgnoresCase(member) => dictionary with { Kind = DictionaryKind.IgnoreCase },
            _ => shape,
        };
    }

    /// <summary>An <c>[Event]</c> or <c>[Document]</c>.</summary>
    public static bool IsDeclared(INamedTypeSymbol type)
        => type.GetAttributes().Any(a => TypeNames.Is(a.AttributeClass, KnownNames.Document) || TypeNames.Is(a.AttributeClass, KnownNames.Event));

    /// <summary>An <c>[Event]</c>, a <c>[Document]</c>, or a type with MemoryPack's attribute.</summary>
    public static bool IsContract(INamedTypeSymbol type)
        => IsDeclared(type) || (TypeNames.Attribute(type, KnownNames.MemoryPackable) is not null && Marks.Layout(type) != "NoGenerate");

    /// <summary>A class that derives from a collection, as that collection.</summary>
    public static Shape? CustomCollection(INamedTypeSymbol type, ShapeContext context, out string why)
    {
        why = "it needs a public constructor without parameters, and to implement ICollection<T> once";
        if (!type.InstanceConstructors.Any(c => c.Parameters.Length == 0 && context.Compilation.IsSymbolAccessibleWithin(c, context.Assembly)))
        {
            return null;
        }

        var collections = type.AllInterfaces.Where(i => TypeNames.Is(i, "System.Collections.Generic.ICollection`1")).ToList();
        if (collections.Count != 1)
        {
            return null;
        }

        return type.AllInterfaces.FirstOrDefault(i => TypeNames.Is(i, "System.Collections.Generic.IDictionary`2")) is { } dictionary
            ? Dictionary(type, dictionary, DictionaryKind.Custom, context, MaxNesting, out why)
            : Sequence(type, SequenceKind.Custom, collections[0].TypeArguments[0], context, MaxNesting, out why);
    }

    /// <summary>The type, or the part of it, that is another assembly's and nobody's contract; null where the trouble is another.</summary>
    public static INamedTypeSymbol? ForeignType(ITypeSymbol type, ShapeContext context)
    {
        if (type is IArrayTypeSymbol array)
        {
            return ForeignType(array.ElementType, context);
        }

        if (type is not INamedTypeSymbol { TypeKind: TypeKind.Class or TypeKind.Struct or TypeKind.Interface } named)
        {
            return null;
        }

        if (named.ContainingNamespace?.ToDisplayString().Split('.')[0] is "System" or "Microsoft")
        {
            return named.TypeArguments.Select(a => ForeignType(a, context)).FirstOrDefault(f => f is not null);
        }

        return IsContract(named) || SymbolEqualityComparer.Default.Equals(named.ContainingAssembly, context.Assembly) ? null : named;
    }

    private static Shape? Parse(ITypeSymbol type, ShapeContext context, int depth, bool asElement, out string why)
    {
        why = "";
        if (depth == 0)
        {
            return Refuse("collections are nested too deeply; declare a type for an inner one", out why);
        }

        if (type is IArrayTypeSymbol array)
        {
            return array.IsSZArray ? Sequence(type, SequenceKind.Array, array.ElementType, context, depth, out why) : Matrix(array, context, depth, out why);
        }

        if (type is not INamedTypeSymbol named)
        {
            return Refuse(type is ITypeParameterSymbol ? "its type is not known at compile time; use a concrete type" : "use a type that holds data", out why);
        }

        if (LayoutParser.TryPrimitive(type) is { } primitive)
        {
            return JsonFormParser.Attach(primitive, type, context);
        }

        switch (named.SpecialType)
        {
            case SpecialType.System_String:
                return new TextShape("string", TextKind.String);
            case SpecialType.System_Object:
                return Refuse("its value could be anything; declare a type with [Document]", out why);
        }

        if (context.Formatter(named.WithNullableAnnotation(NullableAnnotation.NotAnnotated)) is { } formatter)
        {
            return Formatted(type, formatter, out why);
        }

        var name = TypeNames.MetadataName(named);
        if (Refused.Contains(name))
        {
            return Refuse(NoData, out why);
        }

        if (Texts.TryGetValue(name, out var text))
        {
            return new TextShape(TypeNames.SourceNotNull(type), text);
        }

        if (named.OriginalDefinition.SpecialType == SpecialType.System_Nullable_T)
        {
            return Nullable(named, context, depth, out why);
        }

        if (IsContract(named))
        {
            return Contract(named, context, asElement, out why);
        }

        if (TupleParser.IsTuple(named))
        {
            return TupleParser.Parse(named, t => (Parse(t, context, depth - 1, true, out var reason), reason), out why);
        }

        if (named.IsUnmanagedType && named.TypeKind == TypeKind.Struct && SymbolEqualityComparer.Default.Equals(named.ContainingAssembly, context.Assembly))
        {
            return JsonFormParser.Attach(LayoutParser.Struct(named, out why), named, context);
        }

        return Collection(named, name, context, depth, out why);
    }

    private static Shape? Contract(INamedTypeSymbol type, ShapeContext context, bool asElement, out string why)
    {
        why = "";
        if (type.IsUnboundGenericType || type.TypeArguments.Any(a => a is ITypeParameterSymbol))
        {
            return Refuse("a generic contract needs concrete type arguments", out why);
        }

        var isGeneric = DeclarationParser.IsGeneric(type);
        if (type is { IsValueType: true, IsUnmanagedType: true } && !(isGeneric && asElement))
        {
            return JsonFormParser.Attach(LayoutParser.Struct(type, out why), type, context);
        }

        // Code that another assembly's build generated is called; where it generated none, the contract is read and written here.
        return HasCode(type, context)
            ? new ContractShape(TypeNames.SourceNotNull(type), type.IsValueType ? ContractKind.Struct : ContractKind.Class, false, ViewParser.NameOf(type, context.Assembly))
            : context.Inline((INamedTypeSymbol)type.WithNullableAnnotation(NullableAnnotation.NotAnnotated), out why);
    }

    /// <summary>True for a contract that reads and writes itself.</summary>
    public static bool HasCode(INamedTypeSymbol type, ShapeContext context)
        => !DeclarationParser.IsGeneric(type) && IsContract(type)
            && (SymbolEqualityComparer.Default.Equals(type.ContainingAssembly, context.Assembly) || IsDeclared(type) || type.AllInterfaces.Any(i => TypeNames.Is(i, KnownNames.Message)));

    private static Shape? Nullable(INamedTypeSymbol type, ShapeContext context, int depth, out string why)
        => Parse(type.TypeArguments[0], context, depth - 1, false, out why) switch
        {
            FixedShape inner => FixedShape.NullableOf(inner),
            { } inner => new NullableShape(inner.TypeName + "?", inner),
            null => null,
        };

    private static Shape? Formatted(ITypeSymbol type, INamedTypeSymbol formatter, out string why)
    {
        why = "";
        return new FormatterShape(TypeNames.SourceNotNull(type), TypeNames.SourceNotNull(formatter), !type.IsValueType);
    }

    private static Shape? Collection(INamedTypeSymbol type, string name, ShapeContext context, int depth, out string why)
    {
        if (CollectionTypes.Sequences.TryGetValue(name, out var sequence))
        {
            return Sequence(type, sequence, type.TypeArguments[0], context, depth, out why);
        }

        if (CollectionTypes.Dictionaries.TryGetValue(name, out var dictionary))
        {
            return Dictionary(type, type, dictionary, context, depth, out why);
        }

        switch (name)
        {
            case "System.Collections.Generic.PriorityQueue`2":
                var pair = context.Compilation.GetTypeByMetadataName("System.ValueTuple`2")?.Construct(type.TypeArguments, type.TypeArgumentNullableAnnotations);
                return pair is null ? Refuse(NoData, out why) : Sequence(type, SequenceKind.PriorityQueue, pair, context, depth, out why);
            case "System.Lazy`1":
                return Parse(type.TypeArguments[0], context, depth - 1, true, out why) is { } value
                    ? new LazyShape(TypeNames.SourceNotNull(type), value, TypeNames.Source(type.TypeArguments[0]))
                    : Inner(ref why, type.TypeArguments[0]);
            case "System.Linq.IGrouping`2" or "System.Linq.ILookup`2":
                return Group(type, name == "System.Linq.ILookup`2", context, depth, out why);
        }

        if (type.TypeKind == TypeKind.Interface || type.IsAbstract)
        {
            if (Formatters.FindUnion(context.Assembly, type) is { } formatter)
            {
                return Formatted(type, formatter, out why);
            }
        }

        return Refuse("declare it with [Document] if it is yours, or use a type that messages support (see the page of this diagnostic)", out why);
    }

    private static Shape? Sequence(ITypeSymbol type, SequenceKind kind, ITypeSymbol elementType, ShapeContext context, int depth, out string why)
        => Parse(elementType, context, depth - 1, !CollectionTypes.CopiesMemory(kind), out why) is { } element
            ? new SequenceShape(TypeNames.SourceNotNull(type), kind, element, TypeNames.Source(elementType))
            : Inner(ref why, elementType);

    private static Shape? Dictionary(ITypeSymbol type, INamedTypeSymbol form, DictionaryKind kind, ShapeContext context, int depth, out string why)
    {
        var (keyType, valueType) = (form.TypeArguments[0], form.TypeArguments[1]);
        var asElement = !(keyType.IsUnmanagedType && valueType.IsUnmanagedType);
        if (Parse(keyType, context, depth - 1, asElement, out why) is not { } key)
        {
            return Inner(ref why, keyType);
        }

        return Parse(valueType, context, depth - 1, asElement, out why) is { } value
            ? new DictionaryShape(TypeNames.SourceNotNull(type), kind, key, TypeNames.Source(keyType), value, TypeNames.Source(valueType))
            : Inner(ref why, valueType);
    }

    private static Shape? Group(INamedTypeSymbol type, bool isLookup, ShapeContext context, int depth, out string why)
    {
        var (keyType, elementType) = (type.TypeArguments[0], type.TypeArguments[1]);
        if (Parse(keyType, context, depth - 1, true, out why) is not { } key)
        {
            return Inner(ref why, keyType);
        }

        return Parse(elementType, context, depth - 1, false, out why) is { } element
            ? new GroupShape(TypeNames.SourceNotNull(type), isLookup, key, TypeNames.Source(keyType), Enumerable(element, TypeNames.Source(elementType)))
            : Inner(ref why, elementType);
    }

    private static SequenceShape Enumerable(Shape element, string typeName)
        => new($"global::System.Collections.Generic.IEnumerable<{typeName}>", SequenceKind.ReadOnlyInterface, element, typeName);

    private static Shape? Matrix(IArrayTypeSymbol type, ShapeContext context, int depth, out string why)
    {
        if (type.Rank > 4 || type.ElementType is IArrayTypeSymbol)
        {
            return Refuse("arrays have up to four dimensions, and no arrays within those; use an array of arrays", out why);
        }

        return Parse(type.ElementType, context, depth - 1, false, out why) is { } element
            ? new MatrixShape(TypeNames.SourceNotNull(type), type.Rank, element, TypeNames.Source(type.ElementType))
            : Inner(ref why, type.ElementType);
    }

    private static Shape? Inner(ref string why, ITypeSymbol type)
    {
        why = $"its part '{TypeNames.Display(type)}' cannot; {why}";
        return null;
    }

    private static Shape? Refuse(string reason, out string why)
    {
        why = reason;
        return null;
    }
}
