using Microsoft.CodeAnalysis;

namespace HighPerf.Analyzers.Lifetime;

internal static class SymbolExtensions
{
    /// <summary>The namespace of a field's or property's type.</summary>
    public static string? ContainingNamespaceOfType(this ISymbol symbol)
    {
        var type = symbol switch
        {
            IFieldSymbol field => field.Type,
            IPropertySymbol property => property.Type,
            _ => null,
        };
        return type?.ContainingNamespace?.ToDisplayString();
    }
}
