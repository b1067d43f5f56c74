using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace HighPerf.Generators.Memory;

/// <summary>Compares two versions of a file, by syntax alone.</summary>
internal static class TreeChanges
{
    public static TreeChange Between(SyntaxTree before, SyntaxTree after, CancellationToken cancellationToken)
    {
        var (old, current) = (before.GetRoot(cancellationToken), after.GetRoot(cancellationToken));
        if (before.FilePath != after.FilePath || !before.Options.Equals(after.Options)
            || HasStatements(old) != HasStatements(current) || !AreSame(Headers(old), Headers(current)))
        {
            return TreeChange.Names;
        }

        // A comment at the top can say that a file is generated, and a directive anywhere: both are about nullability.
        return SetsNullability(old) || SetsNullability(current) || old.GetLeadingTrivia().ToFullString() != current.GetLeadingTrivia().ToFullString()
            || !AreSame(old.DescendantNodesAndTokens(IsVisible), current.DescendantNodesAndTokens(IsVisible))
            ? TreeChange.Members
            : TreeChange.Bodies;
    }

    /// <summary>
    /// Whether others can see what is within a node. Not within the body of a class's method, but for a class with a primary constructor, whose parameters become fields
    /// where they are used; in a partial class it may be elsewhere. And not for structs and accessors: nothing is gained there, and <c>field</c> makes a field, too.
    /// </summary>
    public static bool IsVisible(SyntaxNode node)
        => node is not (BlockSyntax or ArrowExpressionClauseSyntax)
            || node.Parent is not BaseMethodDeclarationSyntax { Parent: TypeDeclarationSyntax { ParameterList: null } type }
            || !(type.IsKind(SyntaxKind.ClassDeclaration) || type.IsKind(SyntaxKind.RecordDeclaration))
            || type.Modifiers.Any(SyntaxKind.PartialKeyword);

    /// <summary>Whether a node leads to types: the rest has none in it.</summary>
    public static bool HasTypes(SyntaxNode node) => node is CompilationUnitSyntax or BaseNamespaceDeclarationSyntax or TypeDeclarationSyntax;

    /// <summary>Statements at the top of a file declare a type.</summary>
    public static bool HasStatements(SyntaxNode root) => root is CompilationUnitSyntax unit && unit.Members.Any(static m => m is GlobalStatementSyntax);

    /// <summary>Everything but members: usings, attributes of the assembly, namespaces, and of types what is ahead of their braces.</summary>
    private static IEnumerable<SyntaxNodeOrToken> Headers(SyntaxNode root)
        => root.DescendantNodesAndTokens(static n => !IsMember(n)).Where(static n => n.AsNode() is { } node ? !IsMember(node) : !(n.IsKind(SyntaxKind.CommaToken) && n.Parent is EnumDeclarationSyntax));

    private static bool IsMember(SyntaxNode node)
        => node is MemberDeclarationSyntax and not (BaseNamespaceDeclarationSyntax or BaseTypeDeclarationSyntax or DelegateDeclarationSyntax)
            or ParameterListSyntax { Parent: TypeDeclarationSyntax };

    private static bool SetsNullability(SyntaxNode root) => root.ContainsDirectives && root.DescendantTrivia().Any(static t => t.IsKind(SyntaxKind.NullableDirectiveTrivia));

    private static bool AreSame(IEnumerable<SyntaxNodeOrToken> before, IEnumerable<SyntaxNodeOrToken> after)
    {
        using var other = after.GetEnumerator();
        foreach (var one in before)
        {
            if (!other.MoveNext() || one.RawKind != other.Current.RawKind
                || (one.IsToken && (one.IsMissing != other.Current.IsMissing || !string.Equals(one.AsToken().Text, other.Current.AsToken().Text, StringComparison.Ordinal))))
            {
                return false;
            }
        }

        return !other.MoveNext();
    }
}
