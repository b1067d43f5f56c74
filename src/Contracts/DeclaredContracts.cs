using System;
using System.Collections.Generic;
using System.Linq;
using HighPerf.Contracts.Locking;
using Microsoft.CodeAnalysis;

namespace HighPerf.Contracts;

/// <summary>The contracts that a compilation declares: what the generator wrote into the assembly's attributes, and the types that it is about.</summary>
internal sealed class DeclaredContracts
{
    private const string Attribute = "HighPerf.ContractModelAttribute";

    private readonly Dictionary<string, INamedTypeSymbol> _types = new(StringComparer.Ordinal);

    private DeclaredContracts(ContractSet model) => Model = model;

    public ContractSet Model { get; }

    public IReadOnlyDictionary<string, INamedTypeSymbol> Types => _types;

    public static DeclaredContracts Of(Compilation compilation)
    {
        var declared = new DeclaredContracts(new ContractSet());
        foreach (var attribute in compilation.Assembly.GetAttributes())
        {
            if (attribute.AttributeClass?.ToDisplayString() != Attribute || attribute.ConstructorArguments.Length != 2
                || attribute.ConstructorArguments[1].Value is not string facts || attribute.ConstructorArguments[0].Value is not INamedTypeSymbol type)
            {
                continue;
            }

            try
            {
                declared.Model.Add(facts);
            }
            catch (LockFormatException)
            {
                // A generator of another version wrote it; the build task says so.
                continue;
            }

            var words = facts.Split([' '], 3);
            declared._types[words[0] + " " + Names.Unescape(words[1])] = type;
        }

        return declared;
    }

    /// <summary>The declaration of an entry: of a contract, or of an enum or struct in one. Null when it is in another assembly.</summary>
    public INamedTypeSymbol? DeclarationOf(Entry entry, Compilation compilation)
    {
        if (_types.TryGetValue(entry.Kind + " " + entry.Name, out var type))
        {
            return type;
        }

        return entry.IsContract ? null : Find(compilation.Assembly.GlobalNamespace, entry.Name.Split('.'), 0);
    }

    /// <summary>True for a contract that is declared but has no model: it does not compile yet, and the generator says why.</summary>
    public bool IsInTheMaking(Entry entry, Compilation compilation)
    {
        var declarations = compilation.GetSymbolsWithName(entry.Name.Substring(entry.Name.LastIndexOf('.') + 1), SymbolFilter.Type).OfType<INamedTypeSymbol>();
        return declarations.Any(t => !_types.Values.Contains(t, SymbolEqualityComparer.Default)
            && t.GetAttributes().Any(a => a.AttributeClass?.ToDisplayString() is "HighPerf.TaskAttribute" or "HighPerf.EventAttribute" or "HighPerf.DocumentAttribute"));
    }

    private static INamedTypeSymbol? Find(INamespaceOrTypeSymbol within, string[] names, int index)
    {
        foreach (var member in within.GetMembers(names[index]))
        {
            if (member is not INamespaceOrTypeSymbol inner)
            {
                continue;
            }

            if (index < names.Length - 1)
            {
                if (Find(inner, names, index + 1) is { } found)
                {
                    return found;
                }
            }
            else if (inner is INamedTypeSymbol type)
            {
                return type;
            }
        }

        return null;
    }
}
