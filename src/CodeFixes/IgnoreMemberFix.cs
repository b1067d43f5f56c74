using System.Collections.Immutable;
using System.Threading.Tasks;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace HighPerf.CodeFixes;

/// <summary>HP0100, HP0103 on a property or field of an event or document: leaves it out of the message with <c>[IgnoreMember]</c>.</summary>
[ExportCodeFixProvider(LanguageNames.CSharp, Name = nameof(IgnoreMemberFix))]
public sealed class IgnoreMemberFix : CodeFixProvider
{
    /// <inheritdoc/>
    public override ImmutableArray<string> FixableDiagnosticIds => ImmutableArray.Create("HP0100", "HP0103");

    /// <inheritdoc/>
    public override FixAllProvider GetFixAllProvider() => WellKnownFixAllProviders.BatchFixer;

    /// <inheritdoc/>
    public override async Task RegisterCodeFixesAsync(CodeFixContext context)
    {
        var root = await context.Document.GetSyntaxRootAsync(context.CancellationToken).ConfigureAwait(false);
        var node = root?.FindNode(context.Span).FirstAncestorOrSelf<SyntaxNode>(static n => n is BaseParameterListSyntax or MemberDeclarationSyntax);
        if (node is not (PropertyDeclarationSyntax or FieldDeclarationSyntax { Declaration.Variables.Count: 1 }))
        {
            return;
        }

        var member = (MemberDeclarationSyntax)node;
        context.RegisterCodeFix(
            CodeAction.Create(
                "Leave it out of the message with [IgnoreMember]",
                _ => Task.FromResult(context.Document.WithSyntaxRoot(root!.ReplaceNode(member, Ignore(member)))),
                equivalenceKey: nameof(IgnoreMemberFix)),
            context.Diagnostics);
    }

    private static MemberDeclarationSyntax Ignore(MemberDeclarationSyntax member)
    {
        var list = Syntax.AttributeList("IgnoreMember").WithLeadingTrivia(member.GetLeadingTrivia()).WithTrailingTrivia(Microsoft.CodeAnalysis.CSharp.SyntaxFactory.Space);
        var rest = member.WithLeadingTrivia();
        return rest.WithAttributeLists(rest.AttributeLists.Insert(0, list));
    }
}
