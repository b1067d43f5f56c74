using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace HighPerf.Generators.Parsing;

/// <summary>Formatters of the user's.</summary>
internal static class Formatters
{
    /// <summary>The types that a formatter is for.</summary>
    public static IEnumerable<ITypeSymbol> TypesOf(INamedTypeSymbol formatter)
    {
        foreach (var implemented in formatter.AllInterfaces.Where(i => TypeNames.Is(i, KnownNames.FormatterInterface)))
        {
            yield return implemented.TypeArguments[0].WithNullableAnnotation(NullableAnnotation.NotAnnotated);
        }

        // What the generator adds to such a class is not there yet.
        if (UnionOf(formatter) is { } union)
        {
            yield return union;
        }
    }

    /// <summary>The formatter that an attribute on a member or parameter names.</summary>
    public static INamedTypeSymbol? On(ISymbol member)
        => member.GetAttributes().FirstOrDefault(a => TypeNames.Is(a.AttributeClass, KnownNames.Formatter))?.AttributeClass!.TypeArguments[0] as INamedTypeSymbol;

    /// <summary>The type that <c>[MemoryPackUnionFormatter]</c> on a class names.</summary>
    public static ITypeSymbol? UnionOf(INamedTypeSymbol formatter)
        => TypeNames.OnlyArgument(TypeNames.Attribute(formatter, KnownNames.MemoryPackUnionFormatter)) as ITypeSymbol;

    /// <summary>Looks through an assembly for the union of a type that is not annotated itself: only where there would be an error otherwise.</summary>
    public static INamedTypeSymbol? FindUnion(IAssemblySymbol assembly, ITypeSymbol type)
    {
        var pending = new Stack<INamespaceOrTypeSymbol>();
        pending.Push(assembly.GlobalNamespace);
        while (pending.Count > 0)
        {
            foreach (var member in pending.Pop().GetMembers().OfType<INamespaceOrTypeSymbol>())
            {
                if (member is INamedTypeSymbol named && UnionOf(named) is { } union && SymbolEqualityComparer.Default.Equals(union, type))
                {
                    return named;
                }

                pending.Push(member);
            }
        }

        return null;
    }
}
