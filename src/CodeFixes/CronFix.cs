using System;
using System.Collections.Immutable;
using System.Linq;
using System.Threading.Tasks;
using HighPerf.Scheduling;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace HighPerf.CodeFixes;

/// <summary>HP0023: takes away a seventh field, the year, where it says "every year".</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(CronFix))]
public sealed class CronFix : CodeFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds => ImmutableArray.Create("HP0023");

    /// <inheritdoc/>
    public override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        var root = await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false);
        if (root?.FindNode(context.Span, getInnermostNodeForTie: true) is not LiteralExpressionSyntax { Token.Value: string text } literal)
        {
            return;
        }

        var fields = text.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        var shorter = string.Join(" ", fields.Take(6));
        if (fields.Length == 7 && fields[6] is "*" or "?" && CronExpression.Parse(shorter, out _) is not null)
        {
            var replaced = SyntaxFactory.LiteralExpression(SyntaxKind.StringLiteralExpression, SyntaxFactory.Literal(shorter)).WithTriviaFrom(literal);
            context.RegisterCodeFix(
                CodeAction.Create(
                    $"Write \"{shorter}\"", _ => Task.FromResult(context.Document.WithSyntaxRoot(root.ReplaceNode(literal, replaced))), equivalenceKey: nameof(CronFix)),
                context.Diagnostics);
        }
    }
}
