using System.Threading;
using HighPerf.Analyzers;
using HighPerf.Analyzers.Cancellation;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace HighPerf.CodeFixes;

/// <summary>Passing tokens to calls.</summary>
internal static class Tokens
{
    /// <summary>The call with the token at its place.</summary>
    public static InvocationExpressionSyntax Pass(InvocationExpressionSyntax call, TokenArgument place, string token)
    {
        var argument = SyntaxFactory.Argument(SyntaxFactory.ParseExpression(token));
        if (place.IsNamed)
        {
            argument = argument.WithNameColon(SyntaxFactory.NameColon(place.Parameter).WithTrailingTrivia(SyntaxFactory.Space));
        }

        var arguments = call.ArgumentList.Arguments;
        if (place.Index > 0)
        {
            argument = argument.WithLeadingTrivia(SyntaxFactory.Space);
        }
        else if (arguments.Count > 0)
        {
            arguments = arguments.Replace(arguments[0], arguments[0].WithLeadingTrivia(SyntaxFactory.Space));
        }

        return call.WithArgumentList(call.ArgumentList.WithArguments(arguments.Insert(place.Index, argument)));
    }

    /// <summary>The token that an expression's code can reach; null for none.</summary>
    public static string? InHand(ExpressionSyntax expression, SemanticModel model, CancellationToken cancellationToken)
    {
        var symbol = model.GetEnclosingSymbol(expression.SpanStart, cancellationToken);
        while (symbol is IMethodSymbol { MethodKind: MethodKind.AnonymousFunction or MethodKind.LocalFunction })
        {
            symbol = symbol.ContainingSymbol;
        }

        return symbol is IMethodSymbol member && KnownTypes.Of(model.Compilation) is { } known && model.GetOperation(expression, cancellationToken) is { } operation
            ? TokenInHand.Find(operation, member, known)
            : null;
    }
}
