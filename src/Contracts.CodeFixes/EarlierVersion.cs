using System.Collections.Generic;
using System.Linq;
using System.Text;
using HighPerf.Contracts.Locking;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Simplification;

namespace HighPerf.Contracts.CodeFixes;

/// <summary>Writes the type that stands for an earlier version, from what contracts.lock says of it, and the upcast that takes it.</summary>
internal static class EarlierVersion
{
    private const string Punctuation = "<>,[]?";

    /// <summary><c>[Document] public sealed partial record OrderV1(Guid Id, double Total);</c></summary>
    public static MemberDeclarationSyntax Declaration(Entry before, string typeName, bool isPublic, DeclaredContracts declared)
    {
        var members = before.Members.OrderBy(m => m.Order).Select(m => $"{TypeOf(m, declared)} {Identifier(m.Name)}");
        var kind = before.Layout == "raw" ? "readonly partial record struct" : "sealed partial record";
        var code = $"[global::HighPerf.Document]\n{(isPublic ? "public" : "internal")} {kind} {typeName}V{before.Version}({string.Join(", ", members)});";
        return Annotated(SyntaxFactory.ParseMemberDeclaration(code)!);
    }

    /// <summary>The method that makes the current version from the earlier one.</summary>
    public static MemberDeclarationSyntax Method(Entry before, string typeName)
    {
        var result = before.Kind == "command" ? "Arguments" : typeName;
        var code = $"    [global::HighPerf.Upcast(from: {before.Version})]\n    private static {result} FromVersion{before.Version}({typeName}V{before.Version} old)\n"
            + $"        => throw new global::System.NotImplementedException(\"Make a value of this version from '\" + old + \"'.\");\n";
        return Annotated(SyntaxFactory.ParseMemberDeclaration(code)!);
    }

    private static T Annotated<T>(T node)
        where T : SyntaxNode
        => node.ReplaceNodes(node.DescendantNodes().Where(n => n is QualifiedNameSyntax or AliasQualifiedNameSyntax), (_, n) => n.WithAdditionalAnnotations(Simplifier.Annotation));

    private static string TypeOf(MemberFact member, DeclaredContracts declared)
    {
        var text = new StringBuilder();
        var word = new StringBuilder();
        foreach (var c in member.Type)
        {
            if (Punctuation.IndexOf(c) < 0)
            {
                word.Append(c);
                continue;
            }

            text.Append(Word(word.ToString(), declared)).Append(c);
            word.Clear();
        }

        text.Append(Word(word.ToString(), declared));
        var type = text.ToString();

        // What the lock does not tell: whether a reference may be null. It may, unless the message was not enough without it.
        return member.IsRequired || type.EndsWith("?", System.StringComparison.Ordinal) || IsValue(member.Type, declared) ? type : type + "?";
    }

    private static bool IsValue(string type, DeclaredContracts declared)
    {
        if (type.EndsWith("]", System.StringComparison.Ordinal) || type.EndsWith(">", System.StringComparison.Ordinal) || type is "string" or "Uri" or "Version")
        {
            return false;
        }

        return ContractType(type, declared) is not { } contract || contract.IsValueType;
    }

    private static string Word(string word, DeclaredContracts declared)
    {
        if (word.Length == 0 || SyntaxFacts.GetKeywordKind(word) != SyntaxKind.None)
        {
            return word;
        }

        if (ContractType(word, declared) is { } contract)
        {
            return contract.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat);
        }

        return word == "Dictionary" ? "global::System.Collections.Generic.Dictionary" : word.IndexOf('.') < 0 ? "global::System." + word : "global::" + word;
    }

    /// <summary>A contract by the name that messages have for it: its first one, and its version.</summary>
    private static INamedTypeSymbol? ContractType(string name, DeclaredContracts declared)
    {
        var at = name.LastIndexOf('@');
        name = at > 0 ? name.Substring(0, at) : name;
        var entry = declared.Model.Contracts.FirstOrDefault(c => (c.Aliases.Count > 0 ? c.Aliases[0] : c.Name) == name);
        return entry is not null && declared.Types.TryGetValue(entry.Kind + " " + entry.Name, out var type) ? type : null;
    }

    private static string Identifier(string name) => SyntaxFacts.GetKeywordKind(name) != SyntaxKind.None ? "@" + name : name;
}
