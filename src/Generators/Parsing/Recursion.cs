using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace HighPerf.Generators.Parsing;

/// <summary>Finds contracts whose values can contain values of the same type: those count their depth, others need not pay for it.</summary>
internal static class Recursion
{
    // A generic contract may close over itself without end.
    private const int MaxSeen = 1000;

    public static bool CanContainItself(INamedTypeSymbol type) => Reaches(type, type, new HashSet<ISymbol>(SymbolEqualityComparer.Default));

    /// <summary>True where a value can contain references to objects, whose ids count for the whole message.</summary>
    public static bool CanContainReferences(INamedTypeSymbol type)
    {
        var seen = new HashSet<ISymbol>(SymbolEqualityComparer.Default) { type };
        Reaches(type, null, seen);
        return seen.OfType<INamedTypeSymbol>().Any(t => Marks.Layout(t) == "CircularReference");
    }

    private static bool Reaches(INamedTypeSymbol from, INamedTypeSymbol? target, HashSet<ISymbol> seen)
    {
        foreach (var type in Parts(from))
        {
            foreach (var contract in Contracts(type))
            {
                if (SymbolEqualityComparer.Default.Equals(contract, target) || (seen.Count < MaxSeen && seen.Add(contract) && Reaches(contract, target, seen)))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static IEnumerable<ITypeSymbol> Parts(INamedTypeSymbol type)
    {
        var cases = Marks.Cases(type);
        return cases.Length > 0
            ? cases.Where(c => c.ConstructorArguments.Length == 2).Select(c => c.ConstructorArguments[1].Value).OfType<ITypeSymbol>()
            : Marks.Layout(type) == "Collection"
            ? type.AllInterfaces.Where(i => TypeNames.Is(i, "System.Collections.Generic.ICollection`1"))
            : MemberParser.Members(type).Select(MemberParser.TypeOf);
    }

    private static IEnumerable<INamedTypeSymbol> Contracts(ITypeSymbol type)
    {
        if (type is IArrayTypeSymbol array)
        {
            return Contracts(array.ElementType);
        }

        var found = new List<INamedTypeSymbol>();
        if (type is INamedTypeSymbol named)
        {
            if (ShapeParser.IsContract(named))
            {
                found.Add(named);
            }

            foreach (var argument in named.TypeArguments)
            {
                found.AddRange(Contracts(argument));
            }
        }

        return found;
    }
}
