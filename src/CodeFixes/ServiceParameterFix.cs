using System;
using System.Collections.Immutable;
using System.Linq;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace HighPerf.CodeFixes;

/// <summary>HP0100 on a task's parameter that is an interface: that is a service, so it moves to the primary constructor.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(ServiceParameterFix))]
public sealed class ServiceParameterFix : CodeFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds => ImmutableArray.Create("HP0100");

    /// <inheritdoc/>
    public override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        var root = await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false);
        var model = await context.Document.GetSemanticModelAsync(context.CancellationToken).ConfigureAwait(false);
        if (root?.FindNode(context.Span).FirstAncestorOrSelf<ParameterSyntax>() is not { Parent.Parent: MethodDeclarationSyntax { Parent: ClassDeclarationSyntax type } method } parameter
            || model?.GetDeclaredSymbol(parameter, context.CancellationToken) is not { Type: { TypeKind: TypeKind.Interface } service } symbol
            || !CanMove(service, method, type))
        {
            return;
        }

        context.RegisterCodeFix(
            CodeAction.Create(
                $"Take '{symbol.Name}' as a service of the constructor",
                _ => Task.FromResult(context.Document.WithSyntaxRoot(root.ReplaceNode(type, Move(type, method, parameter)))),
                equivalenceKey: nameof(ServiceParameterFix)),
            context.Diagnostics);
    }

    private static bool CanMove(ITypeSymbol service, MethodDeclarationSyntax method, ClassDeclarationSyntax type)
        => service.ContainingNamespace?.ToDisplayString().StartsWith("System.Collections", StringComparison.Ordinal) != true
            && !method.Modifiers.Any(SyntaxKind.StaticKeyword)
            && !type.Members.OfType<ConstructorDeclarationSyntax>().Any(static c => !c.Modifiers.Any(SyntaxKind.StaticKeyword))
            && type.SyntaxTree.Options is CSharpParseOptions { LanguageVersion: >= LanguageVersion.CSharp12 };

    private static ClassDeclarationSyntax Move(ClassDeclarationSyntax type, MethodDeclarationSyntax method, ParameterSyntax parameter)
    {
        var moved = parameter.WithDefault(null).WithoutTrivia();
        var changed = type.ReplaceNode(method, method.RemoveNode(parameter, SyntaxRemoveOptions.KeepNoTrivia)!);
        if (changed.ParameterList is { } list)
        {
            return changed.WithParameterList(list.AddParameters(list.Parameters.Count > 0 ? moved.WithLeadingTrivia(SyntaxFactory.Space) : moved));
        }

        var trailing = changed.Identifier.TrailingTrivia;
        return changed
            .WithIdentifier(changed.Identifier.WithTrailingTrivia())
            .WithParameterList(SyntaxFactory.ParameterList(SyntaxFactory.SingletonSeparatedList(moved)).WithTrailingTrivia(trailing));
    }
}
