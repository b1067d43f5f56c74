using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using HighPerf.Generators.Parsing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace HighPerf.Generators.Memory;

/// <summary>The types that a file declares, and those of the compilation's that it mentions, as numbers in a <see cref="NameTable"/>.</summary>
internal sealed class TreeNames
{
    private const string Attribute = nameof(Attribute);

    private TreeNames(int[] declared, int[] mentioned, bool isImplied)
    {
        Declared = declared;
        Mentioned = mentioned;
        IsImplied = isImplied;
    }

    public int[] Declared { get; }

    public int[] Mentioned { get; }

    /// <summary>Others may depend on it without a name: the language has its own ways to the types in <c>System</c>, and unions are looked for in the whole assembly.</summary>
    public bool IsImplied { get; }

    public static TreeNames Of(SyntaxTree tree, Dictionary<string, int> numbers, CancellationToken cancellationToken)
    {
        var root = tree.GetRoot(cancellationToken);
        return new TreeNames(Numbers(DeclaredBy(root), numbers), Numbers(Identifiers(root), numbers), Types(root).Any(IsImpliedType));
    }

    /// <summary>The names by which source can mean the types of a file: an attribute's has a short form, and a view is named after its contract.</summary>
    public static IEnumerable<string> DeclaredBy(SyntaxNode root)
    {
        foreach (var type in Types(root))
        {
            var name = Name(type);
            yield return name;
            yield return name + ViewParser.Suffix;
            if (name.EndsWith(Attribute, StringComparison.Ordinal))
            {
                yield return name.Substring(0, name.Length - Attribute.Length);
            }
        }

        if (TreeChanges.HasStatements(root))
        {
            yield return "Program";
        }
    }

    /// <summary>What a file's global usings mention.</summary>
    public static IEnumerable<string> NamedForAll(SyntaxNode root)
        => root is CompilationUnitSyntax unit ? unit.Usings.Where(static u => u.GlobalKeyword.RawKind != 0).SelectMany(static u => Identifiers(u)) : [];

    private static IEnumerable<string> Identifiers(SyntaxNode node)
        => node.DescendantTokens(TreeChanges.IsVisible).Where(static t => t.IsKind(SyntaxKind.IdentifierToken)).Select(static t => t.ValueText);

    private static IEnumerable<MemberDeclarationSyntax> Types(SyntaxNode root)
        => root.DescendantNodes(TreeChanges.HasTypes).OfType<MemberDeclarationSyntax>().Where(static m => m is BaseTypeDeclarationSyntax or DelegateDeclarationSyntax);

    private static string Name(MemberDeclarationSyntax type) => type is BaseTypeDeclarationSyntax named ? named.Identifier.ValueText : ((DelegateDeclarationSyntax)type).Identifier.ValueText;

    private static bool IsImpliedType(MemberDeclarationSyntax type)
        => Name(type) == UnionFormatter
            || type.Ancestors().OfType<BaseNamespaceDeclarationSyntax>().LastOrDefault()?.Name.GetFirstToken().ValueText == "System";

    private static string UnionFormatter { get; } = KnownNames.MemoryPackUnionFormatter.Substring(KnownNames.MemoryPackUnionFormatter.LastIndexOf('.') + 1);

    private static int[] Numbers(IEnumerable<string> names, Dictionary<string, int> numbers)
    {
        var found = new HashSet<int>();
        foreach (var name in names)
        {
            if (numbers.TryGetValue(name, out var number))
            {
                found.Add(number);
            }
        }

        return [.. found];
    }
}
