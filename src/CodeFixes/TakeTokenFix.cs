using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading.Tasks;
using HighPerf.Analyzers.Cancellation;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Simplification;

namespace HighPerf.CodeFixes;

/// <summary>HP0019: gives the run method a <c>TaskContext</c> and passes its token to everything that takes one.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(TakeTokenFix))]
public sealed class TakeTokenFix : CodeFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds => ImmutableArray.Create("HP0019");

    /// <inheritdoc/>
    public override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        var root = await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false);
        var diagnostic = context.Diagnostics[0];
        if (root?.FindNode(context.Span).FirstAncestorOrSelf<MethodDeclarationSyntax>() is not { } method
            || !diagnostic.Properties.TryGetValue(TokenAnalyzer.Argument, out var places) || places is null)
        {
            return;
        }

        var calls = new Dictionary<SyntaxNode, TokenArgument>();
        foreach (var (location, place) in diagnostic.AdditionalLocations.Zip(places.Split(';'), static (l, p) => (l, TokenArgument.Parse(p))))
        {
            if (method.Span.Contains(location.SourceSpan) && root.FindNode(location.SourceSpan, getInnermostNodeForTie: true).FirstAncestorOrSelf<InvocationExpressionSyntax>() is { } call)
            {
                calls[call] = place;
            }
        }

        var name = FreeName(method);
        context.RegisterCodeFix(
            CodeAction.Create(
                $"Take a TaskContext and pass '{name}.CancellationToken'",
                _ => Task.FromResult(context.Document.WithSyntaxRoot(root.ReplaceNode(method, Change(method, calls, name)))),
                equivalenceKey: nameof(TakeTokenFix)),
            context.Diagnostics);
    }

    private static string FreeName(MethodDeclarationSyntax method)
    {
        var used = new HashSet<string>(method.DescendantTokens().Where(static t => t.IsKind(SyntaxKind.IdentifierToken)).Select(static t => t.ValueText));
        return used.Contains("context") ? "taskContext" : "context";
    }

    private static MethodDeclarationSyntax Change(MethodDeclarationSyntax method, Dictionary<SyntaxNode, TokenArgument> calls, string name)
    {
        var changed = method.ReplaceNodes(calls.Keys, (before, now) => Tokens.Pass((InvocationExpressionSyntax)now, calls[before], name + ".CancellationToken"));
        var type = SyntaxFactory.ParseTypeName("HighPerf.TaskContext").WithAdditionalAnnotations(Simplifier.Annotation).WithTrailingTrivia(SyntaxFactory.Space);
        var parameter = SyntaxFactory.Parameter(SyntaxFactory.Identifier(name)).WithType(type);
        var parameters = changed.ParameterList.Parameters;
        if (parameters.Count > 0)
        {
            var first = parameters[0];
            parameter = parameter.WithLeadingTrivia(first.GetLeadingTrivia());
            parameters = parameters.Replace(first, first.WithLeadingTrivia(SyntaxFactory.Space));
        }

        return changed.WithParameterList(changed.ParameterList.WithParameters(parameters.Insert(0, parameter)));
    }
}
