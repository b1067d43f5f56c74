using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace HighPerf.Generators.Parsing;

/// <summary>
/// The members of a contract in wire order: public instance fields and properties with a public getter and what is included by attribute, base class first, then in
/// declaration order; an override keeps the slot of what it overrides, a hiding member takes a slot of its own and the hidden one disappears. Explicit orders sort last.
/// </summary>
internal static class MemberParser
{
    public static List<ISymbol> Members(INamedTypeSymbol type)
    {
        var members = Unordered(type);
        members.RemoveAll(Marks.IsIgnored);
        return members.All(m => Marks.Order(m) is null)
            ? members
            : [.. members.Select((member, i) => (member, Order: Marks.Order(member) ?? i)).OrderBy(m => m.Order).Select(m => m.member)];
    }

    /// <summary>The place of each member in a layout with gaps: its order, or else its index before the orders sorted them.</summary>
    public static List<int> WireIndexes(INamedTypeSymbol type)
    {
        var members = Unordered(type);
        members.RemoveAll(Marks.IsIgnored);
        return [.. members.Select((member, i) => Marks.Order(member) ?? i).OrderBy(i => i)];
    }

    public static ITypeSymbol TypeOf(ISymbol member) => member is IFieldSymbol field ? field.Type : ((IPropertySymbol)member).Type;

    private static List<ISymbol> Unordered(INamedTypeSymbol type)
    {
        var members = type.BaseType is { SpecialType: not (SpecialType.System_Object or SpecialType.System_ValueType) } baseType ? Unordered(baseType) : [];
        foreach (var symbol in type.GetMembers().Where(IsMember))
        {
            var inherited = members.FindIndex(m => m.Name == symbol.Name);
            if (inherited >= 0 && symbol.IsOverride)
            {
                members[inherited] = symbol;
                continue;
            }

            if (inherited >= 0)
            {
                members.RemoveAt(inherited);
            }

            members.Add(symbol);
        }

        return members;
    }

    private static bool IsMember(ISymbol symbol) => symbol switch
    {
        { IsStatic: true } or { IsImplicitlyDeclared: true } => false,
        IFieldSymbol field => !field.IsConst && (field.DeclaredAccessibility == Accessibility.Public || Marks.IsIncluded(field)),
        IPropertySymbol { IsIndexer: false, GetMethod: { } getter, ExplicitInterfaceImplementations.IsEmpty: true } property
            => property.DeclaredAccessibility == Accessibility.Public && getter.DeclaredAccessibility == Accessibility.Public || Marks.IsIncluded(property),
        _ => false,
    };
}
