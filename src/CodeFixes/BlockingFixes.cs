using System;
using System.Collections.Immutable;
using System.Threading;
using System.Threading.Tasks;
using HighPerf.Analyzers.Blocking;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace HighPerf.CodeFixes;

/// <summary>HP0020: awaits instead of blocking, where the code around can await; or gives the task a CPU slot.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(BlockingFixes))]
public sealed class BlockingFixes : CodeFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds => ImmutableArray.Create("HP0020");

    /// <inheritdoc/>
    public override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        var root = await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false);
        var model = await context.Document.GetSemanticModelAsync(context.CancellationToken).ConfigureAwait(false);
        if (root is null || model is null)
        {
            return;
        }

        var node = root.FindNode(context.Span, getInnermostNodeForTie: true);
        if (context.Diagnostics[0].Properties.TryGetValue(BlockingAnalyzer.Fix, out var kind) && Enum.TryParse<BlockingFix>(kind, out var fix)
            && BlockingRewriter.Rewrite(node, fix, model, context.CancellationToken) is var (blocking, awaited)
            && AwaitScope.Of(blocking, root, model, context.CancellationToken) is { } scope)
        {
            context.RegisterCodeFix(
                CodeAction.Create(
                    $"Use 'await {awaited.WithoutTrivia()}'".Replace("System.Threading.Tasks.", ""),
                    _ => Task.FromResult(context.Document.WithSyntaxRoot(scope.Replace(blocking, AwaitScope.Await(blocking, awaited)))),
                    equivalenceKey: "Await"),
                context.Diagnostics);
        }

        await RegisterSlotAsync(context, node, model).ConfigureAwait(false);
    }

    private static async Task RegisterSlotAsync(CodeFixContext context, SyntaxNode node, SemanticModel model)
    {
        for (var symbol = model.GetEnclosingSymbol(node.SpanStart, context.CancellationToken)?.ContainingType; symbol is not null; symbol = symbol.ContainingType)
        {
            if (await Attributes.SyntaxOf(Attributes.Find(symbol, "TaskAttribute"), context.CancellationToken).ConfigureAwait(false) is { } attribute)
            {
                context.RegisterCodeFix(
                    CodeAction.Create($"Give '{symbol.Name}' a CPU slot", token => TakeCpuAsync(context.Document.Project.Solution, attribute, token), equivalenceKey: "CpuSlot"),
                    context.Diagnostics);
                return;
            }
        }
    }

    private static async Task<Solution> TakeCpuAsync(Solution solution, AttributeSyntax attribute, CancellationToken cancellationToken)
    {
        var document = solution.GetDocument(attribute.SyntaxTree)!;
        var root = await document.GetSyntaxRootAsync(cancellationToken).ConfigureAwait(false);
        return solution.WithDocumentSyntaxRoot(document.Id, root!.ReplaceNode(attribute, BlockingRewriter.WithCpuSlot(attribute)));
    }
}
