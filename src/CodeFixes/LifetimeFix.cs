using System.Collections.Immutable;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace HighPerf.CodeFixes;

/// <summary>HP0021: awaits the work, or makes the static field one of the instance.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(LifetimeFix))]
public sealed class LifetimeFix : CodeFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds => ImmutableArray.Create("HP0021");

    /// <inheritdoc/>
    public override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        var root = await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false);
        var model = await context.Document.GetSemanticModelAsync(context.CancellationToken).ConfigureAwait(false);
        if (root is null || model is null || root.FindNode(context.Span, getInnermostNodeForTie: true) is not ExpressionSyntax expression)
        {
            return;
        }

        var unawaited = expression.Parent is AssignmentExpressionSyntax { Left: IdentifierNameSyntax { Identifier.ValueText: "_" } } discard ? discard : expression;
        if (unawaited.Parent is ExpressionStatementSyntax && model.GetTypeInfo(expression, context.CancellationToken).Type is { Name: "Task" or "ValueTask" }
            && AwaitScope.Of(unawaited, root, model, context.CancellationToken) is { } scope)
        {
            context.RegisterCodeFix(
                CodeAction.Create(
                    "Await it",
                    _ => Task.FromResult(context.Document.WithSyntaxRoot(scope.Replace(unawaited, AwaitScope.Await(unawaited, expression)))),
                    equivalenceKey: "Await"),
                context.Diagnostics);
        }
        else if (expression.Parent is AssignmentExpressionSyntax assignment && Field(assignment, model, context) is { } field)
        {
            context.RegisterCodeFix(
                CodeAction.Create(
                    $"Make '{field.Declaration.Variables[0].Identifier.ValueText}' a field of the instance",
                    _ => Task.FromResult(context.Document.WithSyntaxRoot(root.ReplaceNode(field, WithoutStatic(field)))),
                    equivalenceKey: "Instance"),
                context.Diagnostics);
        }
    }

    /// <summary>The declaration of a private static field that no static member uses.</summary>
    private static FieldDeclarationSyntax? Field(AssignmentExpressionSyntax assignment, SemanticModel model, CodeFixContext context)
    {
        if (assignment.Left is not IdentifierNameSyntax || model.GetSymbolInfo(assignment.Left, context.CancellationToken).Symbol is not IFieldSymbol { DeclaredAccessibility: Accessibility.Private } field
            || field.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax(context.CancellationToken).FirstAncestorOrSelf<FieldDeclarationSyntax>() is not { Declaration.Variables.Count: 1 } declaration
            || declaration.SyntaxTree != assignment.SyntaxTree || declaration.Parent is not TypeDeclarationSyntax type)
        {
            return null;
        }

        var elsewhere = type.Members
            .Where(m => m != declaration && m.Modifiers.Any(SyntaxKind.StaticKeyword))
            .SelectMany(static m => m.DescendantTokens())
            .Any(t => t.IsKind(SyntaxKind.IdentifierToken) && t.ValueText == field.Name);
        return elsewhere ? null : declaration;
    }

    private static FieldDeclarationSyntax WithoutStatic(FieldDeclarationSyntax field)
    {
        var keyword = field.Modifiers.First(static m => m.IsKind(SyntaxKind.StaticKeyword));
        var leading = field.GetLeadingTrivia();
        return field.WithModifiers(field.Modifiers.Remove(keyword)).WithLeadingTrivia(leading);
    }
}
