using System.Linq;
using System.Threading;
using HighPerf.Analyzers.Blocking;
using HighPerf.Analyzers.Cancellation;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Simplification;

namespace HighPerf.CodeFixes;

/// <summary>From a blocking call to the expression that is awaited instead of it.</summary>
internal static class BlockingRewriter
{
    /// <summary>The blocking expression and what to await instead; null when there is nothing that binds.</summary>
    public static (ExpressionSyntax Blocking, ExpressionSyntax Awaited)? Rewrite(SyntaxNode name, BlockingFix fix, SemanticModel model, CancellationToken cancellationToken)
    {
        if (fix == BlockingFix.Result)
        {
            return name.FirstAncestorOrSelf<MemberAccessExpressionSyntax>() is { } result ? (result, result.Expression) : null;
        }

        if (name.FirstAncestorOrSelf<InvocationExpressionSyntax>() is not { } call)
        {
            return null;
        }

        var receiver = (call.Expression as MemberAccessExpressionSyntax)?.Expression;
        var awaited = fix switch
        {
            BlockingFix.Wait => receiver,
            BlockingFix.GetResult => receiver is InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax { Expression: { } task } } ? task : null,
            BlockingFix.WaitAll => Binds(Renamed(call, "WhenAll"), call, model),
            BlockingFix.Async => WithToken(Renamed(call, (call.Expression as MemberAccessExpressionSyntax)?.Name.Identifier.ValueText + "Async"), call, model, cancellationToken),
            BlockingFix.Sleep => WithToken(Delay(call), call, model, cancellationToken),
            _ => null,
        };
        return awaited is null ? null : (call, awaited);
    }

    /// <summary>The attribute with <c>Slot = SlotKind.Cpu</c>.</summary>
    public static AttributeSyntax WithCpuSlot(AttributeSyntax attribute)
    {
        var cpu = SyntaxFactory.ParseExpression("HighPerf.SlotKind.Cpu").WithAdditionalAnnotations(Simplifier.Annotation);
        if (attribute.ArgumentList?.Arguments.FirstOrDefault(static a => a.NameEquals?.Name.Identifier.ValueText == "Slot") is { } slot)
        {
            return attribute.ReplaceNode(slot.Expression, cpu);
        }

        var equals = SyntaxFactory.Token(SyntaxKind.EqualsToken).WithLeadingTrivia(SyntaxFactory.Space).WithTrailingTrivia(SyntaxFactory.Space);
        var argument = SyntaxFactory.AttributeArgument(SyntaxFactory.NameEquals(SyntaxFactory.IdentifierName("Slot"), equals), null, cpu);
        return attribute.AddArgumentListArguments(attribute.ArgumentList?.Arguments.Count > 0 ? argument.WithLeadingTrivia(SyntaxFactory.Space) : argument);
    }

    private static InvocationExpressionSyntax? Renamed(InvocationExpressionSyntax call, string name)
        => call.Expression is MemberAccessExpressionSyntax access
            ? call.WithExpression(access.WithName(SyntaxFactory.IdentifierName(name))).WithoutTrivia()
            : null;

    private static InvocationExpressionSyntax Delay(InvocationExpressionSyntax sleep)
        => sleep.WithExpression(SyntaxFactory.ParseExpression("System.Threading.Tasks.Task.Delay").WithAdditionalAnnotations(Simplifier.Annotation)).WithoutTrivia();

    private static InvocationExpressionSyntax? WithToken(InvocationExpressionSyntax? call, InvocationExpressionSyntax at, SemanticModel model, CancellationToken cancellationToken)
    {
        if (call is null)
        {
            return null;
        }

        var token = Tokens.InHand(at, model, cancellationToken);
        var place = new TokenArgument("cancellationToken", call.ArgumentList.Arguments.Count, call.ArgumentList.Arguments.Any(static a => a.NameColon is not null));
        return (token is null ? null : Binds(Tokens.Pass(call, place, token), at, model)) ?? Binds(call, at, model);
    }

    private static InvocationExpressionSyntax? Binds(InvocationExpressionSyntax? call, InvocationExpressionSyntax at, SemanticModel model)
        => call is not null && model.GetSpeculativeSymbolInfo(at.SpanStart, call, SpeculativeBindingOption.BindAsExpression).Symbol is not null ? call : null;
}
