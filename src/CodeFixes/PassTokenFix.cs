using System.Collections.Immutable;
using System.Threading.Tasks;
using HighPerf.Analyzers.Cancellation;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace HighPerf.CodeFixes;

/// <summary>HP0018: passes the token on.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(PassTokenFix))]
public sealed class PassTokenFix : CodeFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds => ImmutableArray.Create("HP0018");

    /// <inheritdoc/>
    public override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        var root = await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false);
        var properties = context.Diagnostics[0].Properties;
        if (root?.FindNode(context.Span, getInnermostNodeForTie: true).FirstAncestorOrSelf<InvocationExpressionSyntax>() is { } call
            && properties.TryGetValue(TokenAnalyzer.Token, out var token) && properties.TryGetValue(TokenAnalyzer.Argument, out var place) && token is not null && place is not null)
        {
            context.RegisterCodeFix(
                CodeAction.Create(
                    $"Pass '{token}'",
                    _ => Task.FromResult(context.Document.WithSyntaxRoot(root.ReplaceNode(call, Tokens.Pass(call, TokenArgument.Parse(place), token)))),
                    equivalenceKey: nameof(PassTokenFix)),
                context.Diagnostics);
        }
    }
}
