using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using HighPerf.Analyzers.Naming;
using HighPerf.Generators.Emission;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace HighPerf.CodeFixes;

/// <summary>HP0010, HP0011, HP0022: takes the wire name that clashes out of the attribute, so that the one derived from the type is used, or out of its aliases.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(WireNameFix))]
public sealed class WireNameFix : CodeFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds => ImmutableArray.Create("HP0010", "HP0011", "HP0022");

    /// <inheritdoc/>
    public override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        var root = await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false);
        var model = await context.Document.GetSemanticModelAsync(context.CancellationToken).ConfigureAwait(false);
        if (root?.FindNode(context.Span).FirstAncestorOrSelf<TypeDeclarationSyntax>() is not { } declaration
            || model?.GetDeclaredSymbol(declaration, context.CancellationToken) is not { } type
            || Attributes.Find(type, "TaskAttribute", "EventAttribute", "DocumentAttribute") is not { } attribute
            || await Attributes.SyntaxOf(attribute, context.CancellationToken).ConfigureAwait(false) is not { ArgumentList: { } arguments } syntax)
        {
            return;
        }

        var clashing = Clashing(context.Diagnostics[0], type, model.Compilation, context.CancellationToken);
        var name = attribute.ConstructorArguments.Length == 1 ? attribute.ConstructorArguments[0].Value as string : null;
        if (name is not null && clashing.Contains(name) && arguments.Arguments.FirstOrDefault(static a => a.NameEquals is null) is { } argument)
        {
            Register(context, syntax, argument, $"Take the wire name from the type instead of \"{name}\"");
        }
        else if (arguments.Arguments.FirstOrDefault(static a => a.NameEquals?.Name.Identifier.ValueText == "Aliases") is { } aliases)
        {
            foreach (var alias in aliases.DescendantNodes().OfType<LiteralExpressionSyntax>().Where(l => l.Token.Value is string text && clashing.Contains(text)))
            {
                Register(context, syntax, alias.Parent is ExpressionElementSyntax element ? element : alias, $"Remove the alias {alias}");
            }
        }
    }

    /// <summary>The names of the type that something else claims, too, or whose hashes are taken.</summary>
    private static HashSet<string> Clashing(Diagnostic diagnostic, INamedTypeSymbol type, Compilation compilation, CancellationToken cancellationToken)
    {
        if (diagnostic.Properties.TryGetValue(ReferencedNameAnalyzer.WireName, out var known) && known is not null)
        {
            return [known];
        }

        var names = new DeclaredNames(compilation);
        var others = new HashSet<ulong>(DeclaredNames.Types(compilation.Assembly.GlobalNamespace, cancellationToken)
            .Where(t => !SymbolEqualityComparer.Default.Equals(t, type))
            .SelectMany(names.Of)
            .Select(static n => Fnv.Hash(n.WireName)));
        return new HashSet<string>(names.Of(type).Select(static n => n.WireName).Where(n => others.Contains(Fnv.Hash(n))));
    }

    private static void Register(CodeFixContext context, AttributeSyntax attribute, SyntaxNode without, string title)
        => context.RegisterCodeFix(CodeAction.Create(title, token => RemoveAsync(context.Document.Project.Solution, attribute, without, token), equivalenceKey: title), context.Diagnostics);

    private static async Task<Solution> RemoveAsync(Solution solution, AttributeSyntax attribute, SyntaxNode without, CancellationToken cancellationToken)
    {
        var document = solution.GetDocument(attribute.SyntaxTree)!;
        var root = await document.GetSyntaxRootAsync(cancellationToken).ConfigureAwait(false);
        var changed = without.Parent switch
        {
            CollectionExpressionSyntax list => attribute.ReplaceNode(list, list.WithElements(Without(list.Elements, (CollectionElementSyntax)without))),
            InitializerExpressionSyntax list => attribute.ReplaceNode(list, list.WithExpressions(Without(list.Expressions, (ExpressionSyntax)without))),
            _ => attribute.RemoveNode(without, SyntaxRemoveOptions.KeepNoTrivia)!,
        };
        if (changed.ArgumentList is { Arguments.Count: 0 })
        {
            changed = changed.WithArgumentList(null);
        }

        return solution.WithDocumentSyntaxRoot(document.Id, root!.ReplaceNode(attribute, changed));
    }

    // The neighbour takes the place of the one that goes, and the space around it.
    private static SeparatedSyntaxList<TNode> Without<TNode>(SeparatedSyntaxList<TNode> list, TNode node)
        where TNode : SyntaxNode
    {
        var index = list.IndexOf(node);
        var rest = list.RemoveAt(index);
        if (rest.Count == 0)
        {
            return rest;
        }

        return index == rest.Count
            ? rest.Replace(rest[index - 1], rest[index - 1].WithTrailingTrivia(node.GetTrailingTrivia()))
            : rest.Replace(rest[index], rest[index].WithLeadingTrivia(node.GetLeadingTrivia()));
    }
}
