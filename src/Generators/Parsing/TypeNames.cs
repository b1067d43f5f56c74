using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace HighPerf.Generators.Parsing;

/// <summary>Names of symbols as source text and as metadata names.</summary>
internal static class TypeNames
{
    private static readonly SymbolDisplayFormat Annotated = SymbolDisplayFormat.FullyQualifiedFormat
        .AddMiscellaneousOptions(SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier);

    private static readonly SymbolDisplayFormat Metadata = new(
        typeQualificationStyle: SymbolDisplayTypeQualificationStyle.NameAndContainingTypesAndNamespaces);

    /// <summary>The type as source, with its nullable annotations.</summary>
    public static string Source(ITypeSymbol type) => type.ToDisplayString(Annotated);

    /// <summary>The type as source, without the annotation of the type itself; those of its type arguments stay.</summary>
    public static string SourceNotNull(ITypeSymbol type) => type.WithNullableAnnotation(NullableAnnotation.NotAnnotated).ToDisplayString(Annotated);

    /// <summary>The type as people write it, for messages.</summary>
    public static string Display(ITypeSymbol type) => type.ToDisplayString(SymbolDisplayFormat.CSharpShortErrorMessageFormat);

    /// <summary>Namespace, containing types and name, with the arity: what attributes are looked up by.</summary>
    public static string MetadataName(INamedTypeSymbol type)
    {
        var definition = type.OriginalDefinition;
        var name = definition.ToDisplayString(Metadata);
        return definition.Arity > 0 ? name + "`" + definition.Arity : name;
    }

    /// <summary>Namespace, containing types and name, joined with dots: the wire name of a type that has none of its own.</summary>
    public static string WireName(INamedTypeSymbol type) => type.ToDisplayString(Metadata);

    public static bool Is(ITypeSymbol? type, string metadataName) => type is INamedTypeSymbol named && MetadataName(named) == metadataName;

    public static AttributeData? Attribute(ISymbol symbol, string metadataName) => symbol.GetAttributes().FirstOrDefault(a => Is(a.AttributeClass, metadataName));

    /// <summary>The value of an attribute's only constructor argument.</summary>
    public static object? OnlyArgument(AttributeData? attribute)
        => attribute?.ConstructorArguments.Length == 1 && attribute.ConstructorArguments[0].Kind != TypedConstantKind.Array ? attribute.ConstructorArguments[0].Value : null;

    /// <summary>The identifier, escaped where it is a keyword.</summary>
    public static string Identifier(string name)
        => SyntaxFacts.GetKeywordKind(name) != SyntaxKind.None || SyntaxFacts.GetContextualKeywordKind(name) != SyntaxKind.None ? "@" + name : name;
}
