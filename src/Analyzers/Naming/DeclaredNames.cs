using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using System.Threading;
using Microsoft.CodeAnalysis;

namespace HighPerf.Analyzers.Naming;

/// <summary>The wire names of types and of referenced assemblies, read from the attributes as the generator reads them.</summary>
internal sealed class DeclaredNames
{
    private const string Runtime = "HighPerf.Runtime";

    private static readonly SymbolDisplayFormat Derived = new(typeQualificationStyle: SymbolDisplayTypeQualificationStyle.NameAndContainingTypesAndNamespaces);

    private readonly INamedTypeSymbol?[] _attributes;

    public DeclaredNames(Compilation compilation)
        => _attributes =
        [
            compilation.GetTypeByMetadataName("HighPerf.TaskAttribute"),
            compilation.GetTypeByMetadataName("HighPerf.EventAttribute"),
            compilation.GetTypeByMetadataName("HighPerf.DocumentAttribute"),
        ];

    /// <summary>The names that a type claims, former ones included.</summary>
    public IEnumerable<DeclaredName> Of(INamedTypeSymbol type)
    {
        foreach (var attribute in type.GetAttributes())
        {
            var kind = System.Array.FindIndex(_attributes, a => a is not null && SymbolEqualityComparer.Default.Equals(a, attribute.AttributeClass));
            if (kind < 0)
            {
                continue;
            }

            var given = attribute.ConstructorArguments.Length == 1 ? attribute.ConstructorArguments[0].Value as string : null;
            yield return new DeclaredName(given ?? type.ToDisplayString(Derived), type, kind == 0);
            foreach (var alias in attribute.NamedArguments.Where(static a => a.Key == "Aliases" && a.Value is { Kind: TypedConstantKind.Array, IsNull: false }).SelectMany(static a => a.Value.Values))
            {
                if (alias.Value is string former)
                {
                    yield return new DeclaredName(former, type, kind == 0);
                }
            }
        }
    }

    /// <summary>All names of referenced assemblies with a dispatch table, by name. Walks their types: ask once.</summary>
    public ImmutableDictionary<string, ImmutableArray<DeclaredName>> InReferences(Compilation compilation, CancellationToken cancellationToken)
    {
        if (compilation.GetTypeByMetadataName("HighPerf.DispatchTableAttribute") is not { } table)
        {
            return ImmutableDictionary<string, ImmutableArray<DeclaredName>>.Empty;
        }

        return compilation.SourceModule.ReferencedAssemblySymbols
            .Where(a => a.Modules.Any(static m => m.ReferencedAssemblies.Any(static r => r.Name == Runtime)))
            .Where(a => a.GetAttributes().Any(t => SymbolEqualityComparer.Default.Equals(t.AttributeClass, table)))
            .SelectMany(a => Types(a.GlobalNamespace, cancellationToken))
            .SelectMany(Of)
            .GroupBy(static n => n.WireName)
            .ToImmutableDictionary(static g => g.Key, static g => g.OrderBy(static n => n.Type.ContainingAssembly.Name, System.StringComparer.Ordinal).ToImmutableArray());
    }

    /// <summary>The types in a namespace or type, nested ones included.</summary>
    public static IEnumerable<INamedTypeSymbol> Types(INamespaceOrTypeSymbol container, CancellationToken cancellationToken)
    {
        foreach (var member in container.GetMembers())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (member is INamedTypeSymbol type)
            {
                yield return type;
            }

            if (member is INamespaceOrTypeSymbol inner)
            {
                foreach (var one in Types(inner, cancellationToken))
                {
                    yield return one;
                }
            }
        }
    }
}
