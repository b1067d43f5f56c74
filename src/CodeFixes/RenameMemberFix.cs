using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Rename;

namespace HighPerf.CodeFixes;

/// <summary>HP0012: renames the member that has the name of a generated one, and its uses.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(RenameMemberFix))]
public sealed class RenameMemberFix : CodeFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds => ImmutableArray.Create("HP0012");

    /// <summary>None: two renames cannot be merged.</summary>
    public override FixAllProvider? GetFixAllProvider() => null;

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        var root = await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false);
        var model = await context.Document.GetSemanticModelAsync(context.CancellationToken).ConfigureAwait(false);
        if (root is null || model is null || Taken(root.FindNode(context.Span), model, context.CancellationToken) is not { } symbol)
        {
            return;
        }

        var name = NewName(symbol);
        context.RegisterCodeFix(
            CodeAction.Create(
                $"Rename '{symbol.Name}' to '{name}'",
                token => Renamer.RenameSymbolAsync(context.Document.Project.Solution, symbol, default, name, token),
                equivalenceKey: nameof(RenameMemberFix)),
            context.Diagnostics);
    }

    private static ISymbol? Taken(SyntaxNode node, SemanticModel model, CancellationToken cancellationToken)
    {
        for (var current = node; current is not null; current = current.Parent)
        {
            if (model.GetDeclaredSymbol(current, cancellationToken) is not { } symbol)
            {
                continue;
            }

            // A parameter of a record is its property.
            return symbol is IParameterSymbol && current.Parent?.Parent is TypeDeclarationSyntax type
                ? model.GetDeclaredSymbol(type, cancellationToken)?.GetMembers(symbol.Name).OfType<IPropertySymbol>().FirstOrDefault() ?? symbol
                : symbol;
        }

        return null;
    }

    private static string NewName(ISymbol symbol)
    {
        var name = symbol switch
        {
            IParameterSymbol => char.ToLowerInvariant(symbol.Name[0]) + symbol.Name.Substring(1),
            IMethodSymbol => symbol.Name + "Core",
            IPropertySymbol { Type.SpecialType: SpecialType.System_Boolean } or IFieldSymbol { Type.SpecialType: SpecialType.System_Boolean } => "Is" + symbol.Name,
            INamedTypeSymbol type => symbol.Name + (Attributes.Find(type, "TaskAttribute") is not null ? "Task" : "Message"),
            _ => symbol.Name + "Value",
        };
        var free = name;
        for (var i = 2; symbol.ContainingType?.GetMembers(free).IsEmpty == false; i++)
        {
            free = name + i;
        }

        return free;
    }
}
