using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace HighPerf.Analyzers.Cancellation;

/// <summary>The token that code can reach: the nearest parameter that is one or has one.</summary>
internal static class TokenInHand
{
    /// <summary>An expression for the token; null when no parameter around the operation has one.</summary>
    public static string? Find(IOperation operation, IMethodSymbol member, KnownTypes known)
    {
        foreach (var parent in Operations.Parents(operation))
        {
            var function = parent switch
            {
                IAnonymousFunctionOperation lambda => lambda.Symbol,
                ILocalFunctionOperation local => local.Symbol,
                _ => null,
            };
            if (function is null)
            {
                continue;
            }

            if (Of(function.Parameters, known) is { } found)
            {
                return found;
            }

            if (function.IsStatic)
            {
                return null;
            }
        }

        return Of(member.Parameters, known);
    }

    public static string? Of(ImmutableArray<IParameterSymbol> parameters, KnownTypes known)
    {
        if (parameters.FirstOrDefault(p => known.IsToken(p.Type) && p is { Name: not "_", RefKind: RefKind.None or RefKind.In }) is { } token)
        {
            return Source(token);
        }

        return parameters.FirstOrDefault(p => known.IsContext(p.Type) && p.Name != "_") is { } context ? Source(context) + ".CancellationToken" : null;
    }

    private static string Source(IParameterSymbol parameter) => parameter.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat.WithParameterOptions(SymbolDisplayParameterOptions.IncludeName));
}
