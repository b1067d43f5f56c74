using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace HighPerf.CodeFixes;

/// <summary>HP0100: declares the type that cannot be part of a message with <c>[Document]</c>; HP0200: the type that is subscribed to with <c>[Event]</c>.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(DeclareContractFix))]
public sealed class DeclareContractFix : CodeFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds => ImmutableArray.Create("HP0100", "HP0200");

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

        var node = root.FindNode(context.Span);
        var isEvent = context.Diagnostics[0].Id == "HP0200";
        var used = isEvent ? Subscribed(node, model, context.CancellationToken) : MessageMember.TypeOf(node, model, context.CancellationToken);
        foreach (var type in Parts(used).Where(CanBeDeclared).Distinct<INamedTypeSymbol>(SymbolEqualityComparer.Default))
        {
            if (type.DeclaringSyntaxReferences.FirstOrDefault() is { } reference && context.Document.Project.Solution.GetDocument(reference.SyntaxTree) is { } document
                && await reference.GetSyntaxAsync(context.CancellationToken).ConfigureAwait(false) is TypeDeclarationSyntax declaration)
            {
                var attribute = isEvent ? "Event" : "Document";
                context.RegisterCodeFix(
                    CodeAction.Create($"Declare '{type.Name}' as [{attribute}]", token => DeclareAsync(document, declaration, attribute, token), equivalenceKey: attribute + ":" + type.Name),
                    context.Diagnostics);
            }
        }
    }

    private static ITypeSymbol? Subscribed(SyntaxNode node, SemanticModel model, CancellationToken cancellationToken)
        => node.FirstAncestorOrSelf<AttributeSyntax>() is { } attribute && (model.GetSymbolInfo(attribute, cancellationToken).Symbol as IMethodSymbol)?.ContainingType is { TypeArguments.Length: 1 } subscribe
            ? subscribe.TypeArguments[0]
            : null;

    /// <summary>The type, and what it is an array, nullable or collection of.</summary>
    private static IEnumerable<INamedTypeSymbol> Parts(ITypeSymbol? type) => type switch
    {
        IArrayTypeSymbol array => Parts(array.ElementType),
        INamedTypeSymbol { TypeArguments: { Length: > 0 } arguments } => arguments.SelectMany(Parts),
        INamedTypeSymbol named => [named],
        _ => [],
    };

    private static bool CanBeDeclared(INamedTypeSymbol type)
        => type is { TypeKind: TypeKind.Class or TypeKind.Struct, IsAbstract: false, IsStatic: false, IsGenericType: false }
            && Attributes.Find(type, "TaskAttribute", "EventAttribute", "DocumentAttribute") is null;

    private static async Task<Document> DeclareAsync(Document document, TypeDeclarationSyntax declaration, string attribute, CancellationToken cancellationToken)
    {
        var root = await document.GetSyntaxRootAsync(cancellationToken).ConfigureAwait(false);
        return document.WithSyntaxRoot(root!.ReplaceNode(declaration, Syntax.AddAttribute(Syntax.AddPartial(declaration), attribute)));
    }
}
