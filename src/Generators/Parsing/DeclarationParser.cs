using System.Collections.Generic;
using System.Linq;
using System.Text;
using System.Threading;
using HighPerf.Generators.Diagnostics;
using HighPerf.Generators.Model;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace HighPerf.Generators.Parsing;

/// <summary>What tasks, events and documents have in common: partial, visible, named.</summary>
internal static class DeclarationParser
{
    private const int MaxNameBytes = 256;

    /// <summary>The identifier: where diagnostics about the whole declaration point.</summary>
    public static Location Place(SyntaxNode node) => ((TypeDeclarationSyntax)node).Identifier.GetLocation();

    public static TypeHeader Header(INamedTypeSymbol type, SyntaxNode node, string suffix, DiagnosticBag bag, CancellationToken cancellationToken)
    {
        if (!IsPartial(type, cancellationToken))
        {
            bag.Add(Descriptors.NotPartial, Place(node), type.Name);
        }

        var containing = new List<string>();
        var visible = IsVisible(type);
        for (var outer = type.ContainingType; outer is not null; outer = outer.ContainingType)
        {
            containing.Insert(0, Keyword(outer) + " " + TypeNames.Identifier(outer.Name));
            visible &= IsVisible(outer);
            if (!IsPartial(outer, cancellationToken))
            {
                bag.Add(Descriptors.ContainingNotPartial, Place(node), outer.Name, type.Name);
            }
        }

        if (!visible || type.IsFileLocal)
        {
            bag.Add(Descriptors.NotAccessible, Place(node), type.Name);
        }

        var @namespace = type.ContainingNamespace.IsGlobalNamespace
            ? null
            : type.ContainingNamespace.ToDisplayString(SymbolDisplayFormat.FullyQualifiedFormat.WithGlobalNamespaceStyle(SymbolDisplayGlobalNamespaceStyle.Omitted));
        return new TypeHeader(
            @namespace,
            containing.ToEquatableArray(),
            Keyword(type),
            TypeNames.Identifier(type.Name),
            TypeNames.Source(type),
            HintName(type) + "." + suffix + ".g.cs");
    }

    /// <summary>True for a type that is generic or within a generic one.</summary>
    public static bool IsGeneric(INamedTypeSymbol type)
    {
        for (INamedTypeSymbol? t = type; t is not null; t = t.ContainingType)
        {
            if (t.Arity > 0)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The wire name and the former ones, from the attribute or from the type.</summary>
    public static (string Name, EquatableArray<string> Aliases) WireNames(INamedTypeSymbol type, AttributeData attribute, SyntaxNode node, DiagnosticBag bag)
    {
        var name = attribute.ConstructorArguments.Length == 1 && attribute.ConstructorArguments[0].Value is string given ? given : TypeNames.WireName(type);
        var aliases = Aliases(attribute);
        foreach (var one in aliases.Prepend(name))
        {
            var bytes = Encoding.UTF8.GetByteCount(one);
            if (bytes is 0 or > MaxNameBytes)
            {
                bag.Add(Descriptors.InvalidWireName, Place(node), one, type.Name, bytes.ToString());
            }
        }

        return (name, aliases);
    }

    /// <summary>The former names in a declaration's attribute.</summary>
    public static EquatableArray<string> Aliases(AttributeData attribute)
        => attribute.NamedArguments
            .Where(a => a.Key == "Aliases" && a.Value is { IsNull: false, Kind: TypedConstantKind.Array })
            .SelectMany(a => a.Value.Values.Select(v => v.Value as string ?? ""))
            .ToEquatableArray();

    /// <summary>The names that the type claims, former ones included.</summary>
    public static EquatableArray<DeclaredName> Names(INamedTypeSymbol type, string wireName, EquatableArray<string> aliases, Location place)
        => aliases.Prepend(wireName).Distinct().Select(n => new DeclaredName(n, type.ToDisplayString(), LocationInfo.Of(place))).ToEquatableArray();

    /// <summary>Reports members of the user's that have the names of generated ones. Methods may share a name.</summary>
    public static void CheckTaken(INamedTypeSymbol type, SyntaxNode node, DiagnosticBag bag, bool methodsToo, params string[] names)
    {
        foreach (var name in names)
        {
            // A member cannot have the name of its type.
            if (type.Name == name)
            {
                bag.Add(Descriptors.MemberNameTaken, Place(node), name, type.Name);
                continue;
            }

            var taken = type.GetMembers(name).FirstOrDefault(m => methodsToo || m is not IMethodSymbol);
            if (taken is not null)
            {
                bag.Add(Descriptors.MemberNameTaken, taken.Locations.FirstOrDefault() ?? Place(node), name, type.Name);
            }
        }
    }

    private static bool IsPartial(INamedTypeSymbol type, CancellationToken cancellationToken)
        => type.DeclaringSyntaxReferences.Any(r => r.GetSyntax(cancellationToken) is TypeDeclarationSyntax t && t.Modifiers.Any(SyntaxKind.PartialKeyword));

    private static bool IsVisible(INamedTypeSymbol type)
        => type.DeclaredAccessibility is Accessibility.Public or Accessibility.Internal or Accessibility.ProtectedOrInternal;

    private static string Keyword(INamedTypeSymbol type) => type switch
    {
        { TypeKind: TypeKind.Interface } => "interface",
        { IsRecord: true, IsValueType: true } => "record struct",
        { IsRecord: true } => "record",
        { IsValueType: true } => "struct",
        _ => "class",
    };

    private static string HintName(INamedTypeSymbol type)
    {
        var name = type.Name;
        for (var outer = type.ContainingType; outer is not null; outer = outer.ContainingType)
        {
            name = outer.Name + (outer.Arity > 0 ? "`" + outer.Arity : "") + "+" + name;
        }

        // Hint names are compared without regard to case, and so would Order and order be: the unusual one of the two is told apart.
        if (char.IsLower(type.Name[0]))
        {
            name += "-lower";
        }

        return type.ContainingNamespace.IsGlobalNamespace ? name : type.ContainingNamespace.ToDisplayString().Replace("@", "") + "." + name;
    }
}
