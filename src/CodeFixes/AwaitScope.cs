using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Simplification;

namespace HighPerf.CodeFixes;

/// <summary>Where code may await: in what is asynchronous already, and in a task's run method, which may become so because its result stays the same.</summary>
internal sealed class AwaitScope
{
    private readonly SyntaxNode _root;
    private readonly MethodDeclarationSyntax? _toConvert;

    private AwaitScope(SyntaxNode root, MethodDeclarationSyntax? toConvert)
    {
        _root = root;
        _toConvert = toConvert;
    }

    /// <summary>Null where the node's function cannot await.</summary>
    public static AwaitScope? Of(SyntaxNode node, SyntaxNode root, SemanticModel model, CancellationToken cancellationToken)
    {
        foreach (var current in node.Ancestors())
        {
            switch (current)
            {
                case LockStatementSyntax or QueryExpressionSyntax or UnsafeStatementSyntax or CatchFilterClauseSyntax:
                    return null;
                case AnonymousFunctionExpressionSyntax lambda:
                    return lambda.AsyncKeyword.IsKind(SyntaxKind.AsyncKeyword) ? new AwaitScope(root, null) : null;
                case LocalFunctionStatementSyntax local:
                    return local.Modifiers.Any(SyntaxKind.AsyncKeyword) ? new AwaitScope(root, null) : null;
                case MethodDeclarationSyntax method when method.Modifiers.Any(SyntaxKind.AsyncKeyword):
                    return new AwaitScope(root, null);
                case MethodDeclarationSyntax method:
                    return CanConvert(method, model, cancellationToken) ? new AwaitScope(root, method) : null;
                case MemberDeclarationSyntax:
                    return null;
            }
        }

        return null;
    }

    /// <summary>The root with <paramref name="awaited"/> in place of a node within the scope.</summary>
    public SyntaxNode Replace(SyntaxNode node, SyntaxNode awaited)
        => _toConvert is null ? _root.ReplaceNode(node, awaited) : _root.ReplaceNode(_toConvert, Convert(_toConvert.ReplaceNode(node, awaited)));

    /// <summary><c>await</c> and the expression, in parentheses where it stands before a dot.</summary>
    public static ExpressionSyntax Await(ExpressionSyntax replaced, ExpressionSyntax awaited)
    {
        ExpressionSyntax result = SyntaxFactory.AwaitExpression(
            SyntaxFactory.Token(SyntaxKind.AwaitKeyword).WithTrailingTrivia(SyntaxFactory.Space), awaited.WithoutTrivia());
        var needsParentheses = replaced.Parent switch
        {
            MemberAccessExpressionSyntax access => access.Expression == replaced,
            ElementAccessExpressionSyntax access => access.Expression == replaced,
            ConditionalAccessExpressionSyntax access => access.Expression == replaced,
            InvocationExpressionSyntax call => call.Expression == replaced,
            PostfixUnaryExpressionSyntax => true,
            _ => false,
        };
        return (needsParentheses ? SyntaxFactory.ParenthesizedExpression(result) : result).WithTriviaFrom(replaced);
    }

    private static bool CanConvert(MethodDeclarationSyntax method, SemanticModel model, CancellationToken cancellationToken)
        => method.Identifier.ValueText is "Run" or "RunAsync"
            && model.GetDeclaredSymbol(method, cancellationToken) is { RefKind: RefKind.None, ReturnType: var result, ContainingType: { } type }
            && result is not { Name: "Task" or "ValueTask", ContainingNamespace.Name: "Tasks" }
            && Attributes.Find(type, "TaskAttribute") is not null
            && !method.DescendantNodes().Any(static n => n is YieldStatementSyntax);

    private static MethodDeclarationSyntax Convert(MethodDeclarationSyntax method)
    {
        var isVoid = method.ReturnType is PredefinedTypeSyntax { Keyword.RawKind: (int)SyntaxKind.VoidKeyword };
        var name = isVoid ? "System.Threading.Tasks.ValueTask" : $"System.Threading.Tasks.ValueTask<{method.ReturnType.WithoutTrivia()}>";
        var returns = SyntaxFactory.ParseTypeName(name).WithTriviaFrom(method.ReturnType).WithAdditionalAnnotations(Simplifier.Annotation);
        var async = SyntaxFactory.Token(SyntaxKind.AsyncKeyword).WithTrailingTrivia(SyntaxFactory.Space);
        if (method.Modifiers.Count == 0)
        {
            async = async.WithLeadingTrivia(method.ReturnType.GetLeadingTrivia());
            returns = returns.WithLeadingTrivia();
        }

        return method.WithModifiers(method.Modifiers.Add(async)).WithReturnType(returns);
    }
}
