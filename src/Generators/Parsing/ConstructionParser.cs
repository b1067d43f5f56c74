using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace HighPerf.Generators.Parsing;

/// <summary>
/// Chooses the constructor: a primary one whose parameters are all members, else the one without parameters when it leaves no member behind, else the one that
/// takes the most members. What it does not take is set in an object initializer.
/// </summary>
internal static class ConstructionParser
{
    public static Construction? Parse(INamedTypeSymbol type, List<ISymbol> members, Compilation compilation, bool fromOutside)
    {
        ISymbol within = fromOutside ? compilation.Assembly : type;
        // A record's copy constructor is nobody's way to build it.
        var candidates = type.InstanceConstructors
            .Where(c => (!c.IsImplicitlyDeclared || c.Parameters.Length == 0) && (!fromOutside || compilation.IsSymbolAccessibleWithin(c, within)))
            .Select(c => (Constructor: c, Members: Match(c, members)))
            .Where(c => c.Members is not null)
            .OrderByDescending(c => Marks.IsConstructor(c.Constructor))
            .ThenByDescending(c => IsPrimary(c.Constructor) && c.Members!.Count > 0)
            .ThenBy(c => members.Select((_, i) => i).Count(i => !c.Members!.Contains(i) && !CanSet(members[i], within, type, compilation)))
            .ThenBy(c => c.Members!.Count == 0 ? 0 : 1)
            .ThenByDescending(c => c.Members!.Count)
            .ToList();
        if (candidates.Count == 0)
        {
            return null;
        }

        var (constructor, taken) = candidates[0];
        var setsRequired = TypeNames.Attribute(constructor, "System.Diagnostics.CodeAnalysis.SetsRequiredMembersAttribute") is not null;
        var result = new Construction();
        result.ConstructorMembers.AddRange(taken!);
        for (var i = 0; i < members.Count; i++)
        {
            var must = IsRequired(members[i]) && !setsRequired;
            if (taken!.Contains(i) && !must)
            {
                continue;
            }

            (CanSet(members[i], within, type, compilation) ? result.InitializerMembers : result.NotRestored).Add(i);
        }

        if (!setsRequired)
        {
            result.IgnoredRequired.AddRange(RequiredMembers(type).Where(r => members.All(m => m.Name != r)).Select(TypeNames.Identifier));
        }

        return result;
    }

    /// <summary>Indexes of the members that the parameters name, or null when one names none.</summary>
    private static List<int>? Match(IMethodSymbol constructor, List<ISymbol> members)
    {
        var matched = new List<int>();
        foreach (var parameter in constructor.Parameters)
        {
            var name = parameter.Name.TrimStart('_');
            var index = members.FindIndex(m => m.Name == name);
            index = index >= 0 ? index : members.FindIndex(m => string.Equals(m.Name.TrimStart('_'), name, StringComparison.OrdinalIgnoreCase));
            if (index < 0 || parameter.RefKind is not (RefKind.None or RefKind.In) || !SymbolEqualityComparer.Default.Equals(MemberParser.TypeOf(members[index]), parameter.Type))
            {
                return null;
            }

            matched.Add(index);
        }

        return matched;
    }

    private static bool IsPrimary(IMethodSymbol constructor)
        => constructor.DeclaringSyntaxReferences.Any(r => r.GetSyntax() is TypeDeclarationSyntax);

    private static bool CanSet(ISymbol member, ISymbol within, INamedTypeSymbol type, Compilation compilation) => member switch
    {
        IFieldSymbol field => !field.IsReadOnly,
        IPropertySymbol { SetMethod: { } setter } => compilation.IsSymbolAccessibleWithin(setter, within, type),
        _ => false,
    };

    private static bool IsRequired(ISymbol member) => member is IPropertySymbol { IsRequired: true } or IFieldSymbol { IsRequired: true };

    private static IEnumerable<string> RequiredMembers(INamedTypeSymbol type)
    {
        for (var t = type; t is not null; t = t.BaseType)
        {
            foreach (var member in t.GetMembers().Where(IsRequired))
            {
                yield return member.Name;
            }
        }
    }
}
