using System.Collections.Immutable;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace HighPerf.CodeFixes;

/// <summary>HP0202: makes a task of the class that subscribes.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(SubscriberFix))]
public sealed class SubscriberFix : CodeFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds => ImmutableArray.Create("HP0202");

    /// <inheritdoc/>
    public override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        var root = await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false);
        if (root?.FindNode(context.Span).FirstAncestorOrSelf<TypeDeclarationSyntax>() is { } type)
        {
            context.RegisterCodeFix(
                CodeAction.Create(
                    $"Declare '{type.Identifier.ValueText}' as [Task]",
                    _ => Task.FromResult(context.Document.WithSyntaxRoot(root.ReplaceNode(type, Syntax.AddAttribute(Syntax.AddPartial(type), "Task")))),
                    equivalenceKey: nameof(SubscriberFix)),
                context.Diagnostics);
        }
    }
}
