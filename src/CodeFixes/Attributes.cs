using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace HighPerf.CodeFixes;

/// <summary>Finds our attributes on types.</summary>
internal static class Attributes
{
    public static AttributeData? Find(ISymbol symbol, params string[] names)
        => symbol.GetAttributes().FirstOrDefault(a => a.AttributeClass is { ContainingNamespace: { Name: "HighPerf", ContainingNamespace.IsGlobalNamespace: true } } type && names.Contains(type.Name));

    public static async Task<AttributeSyntax?> SyntaxOf(AttributeData? attribute, CancellationToken cancellationToken)
        => attribute?.ApplicationSyntaxReference is { } reference ? await reference.GetSyntaxAsync(cancellationToken).ConfigureAwait(false) as AttributeSyntax : null;
}
