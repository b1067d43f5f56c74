using System.Collections.Immutable;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace HighPerf.CodeFixes;

/// <summary>HP0014: passes a task's parameter by value. Not for <c>out</c>, which wants to be the result.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(ParameterPassingFix))]
public sealed class ParameterPassingFix : CodeFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds => ImmutableArray.Create("HP0014");

    /// <inheritdoc/>
    public override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        var root = await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false);
        if (root?.FindNode(context.Span).FirstAncestorOrSelf<ParameterSyntax>() is { Modifiers.Count: > 0 } parameter && !parameter.Modifiers.Any(SyntaxKind.OutKeyword))
        {
            context.RegisterCodeFix(
                CodeAction.Create(
                    $"Remove '{string.Join(" ", parameter.Modifiers.Select(static m => m.ValueText))}'",
                    _ => Task.FromResult(context.Document.WithSyntaxRoot(root.ReplaceNode(parameter, parameter.WithModifiers(default).WithLeadingTrivia(parameter.GetLeadingTrivia())))),
                    equivalenceKey: nameof(ParameterPassingFix)),
                context.Diagnostics);
        }
    }
}
