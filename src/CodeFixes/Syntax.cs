using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Simplification;

namespace HighPerf.CodeFixes;

/// <summary>Small edits of declarations.</summary>
internal static class Syntax
{
    /// <summary>The declaration with <c>partial</c> as its last modifier.</summary>
    public static TypeDeclarationSyntax AddPartial(TypeDeclarationSyntax type)
    {
        if (type.Modifiers.Any(SyntaxKind.PartialKeyword))
        {
            return type;
        }

        var partial = SyntaxFactory.Token(SyntaxKind.PartialKeyword).WithTrailingTrivia(SyntaxFactory.Space);
        if (type.Modifiers.Count == 0)
        {
            partial = partial.WithLeadingTrivia(type.Keyword.LeadingTrivia);
            type = type.WithKeyword(type.Keyword.WithLeadingTrivia());
        }

        return type.WithModifiers(type.Modifiers.Add(partial));
    }

    /// <summary>The declaration with an attribute of ours on a line of its own above it.</summary>
    public static TypeDeclarationSyntax AddAttribute(TypeDeclarationSyntax type, string name)
    {
        var list = AttributeList(name).WithLeadingTrivia(type.GetLeadingTrivia());
        var indent = type.GetLeadingTrivia().LastOrDefault(static t => t.IsKind(SyntaxKind.WhitespaceTrivia));
        var below = type.WithLeadingTrivia(indent.IsKind(SyntaxKind.WhitespaceTrivia) ? SyntaxFactory.TriviaList(indent) : default);
        return below.WithAttributeLists(below.AttributeLists.Insert(0, list.WithTrailingTrivia(EndOfLine(type))));
    }

    /// <summary><c>[name]</c>, as short as the usings allow.</summary>
    public static AttributeListSyntax AttributeList(string name)
        => SyntaxFactory.AttributeList(SyntaxFactory.SingletonSeparatedList(SyntaxFactory.Attribute(SyntaxFactory.ParseName("HighPerf." + name).WithAdditionalAnnotations(Simplifier.Annotation))));

    /// <summary>The end of line that the file uses.</summary>
    public static SyntaxTrivia EndOfLine(SyntaxNode node)
        => node.SyntaxTree.GetRoot().DescendantTrivia().FirstOrDefault(static t => t.IsKind(SyntaxKind.EndOfLineTrivia)) is var found && found.IsKind(SyntaxKind.EndOfLineTrivia)
            ? found
            : SyntaxFactory.LineFeed;
}
