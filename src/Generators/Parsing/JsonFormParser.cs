using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using HighPerf.Generators.Model;
using Microsoft.CodeAnalysis;

namespace HighPerf.Generators.Parsing;

/// <summary>What JSON has to know of enums and of structs that are encoded as their memory.</summary>
internal static class JsonFormParser
{
    /// <summary>The shape with its JSON; a shape that needs none, or none, as it is.</summary>
    /// <param name="shape">The shape.</param>
    /// <param name="type">Its type.</param>
    /// <param name="context">Where it is used.</param>
    /// <param name="withMembers">A contract's own code needs its members, others call that code.</param>
    public static FixedShape? Attach(FixedShape? shape, ITypeSymbol type, ShapeContext context, bool withMembers = false)
    {
        if (shape is null || type is not INamedTypeSymbol named)
        {
            return shape;
        }

        if (named is { TypeKind: TypeKind.Enum, EnumUnderlyingType: { } underlying })
        {
            return shape with { Json = Enum(named, underlying) };
        }

        if (shape.Kind == FixedKind.Nullable || LayoutParser.TryPrimitive(named) is not null)
        {
            return shape;
        }

        var isContract = ShapeParser.HasCode(named, context);
        return shape with { Json = isContract && !withMembers ? new JsonStruct(true, true, default, default, default) : Struct(named, isContract, context) };
    }

    private static JsonEnum Enum(INamedTypeSymbol type, INamedTypeSymbol underlying)
    {
        var members = type.GetMembers().OfType<IFieldSymbol>().Where(f => f.HasConstantValue)
            .Select(f => new JsonEnumMember(f.Name, ((IFormattable)f.ConstantValue!).ToString(null, CultureInfo.InvariantCulture)));
        return new JsonEnum(TypeNames.Source(underlying), members.ToEquatableArray());
    }

    private static JsonStruct Struct(INamedTypeSymbol type, bool isContract, ShapeContext context)
    {
        var symbols = MemberParser.Members(type);
        var names = JsonNames.Of(symbols);
        var shapes = symbols.Select(s => ShapeParser.Parse(MemberParser.TypeOf(s), context, out _)).ToList();
        bool Reachable(ISymbol symbol) => isContract || context.Compilation.IsSymbolAccessibleWithin(symbol, context.Compilation.Assembly);
        if (shapes.Contains(null) || !symbols.All(Reachable))
        {
            return new JsonStruct(isContract, false, default, default, default);
        }

        var constructor = type.InstanceConstructors
            .Where(c => c.Parameters.Length > 0 && Reachable(c))
            .Select(c => (Constructor: c, Members: Match(c, symbols)))
            .Where(c => c.Members is not null)
            .OrderByDescending(c => c.Members!.Count)
            .FirstOrDefault();
        var taken = constructor.Members ?? [];
        var setsRequired = constructor.Constructor is { } c && TypeNames.Attribute(c, "System.Diagnostics.CodeAnalysis.SetsRequiredMembersAttribute") is not null;
        var set = Enumerable.Range(0, symbols.Count)
            .Where(i => (!taken.Contains(i) || (names[i].IsRequired && !setsRequired)) && symbols[i] switch
            {
                IFieldSymbol field => !field.IsReadOnly,
                IPropertySymbol { SetMethod: { } setter } => Reachable(setter),
                _ => false,
            })
            .ToList();
        var fields = type.GetMembers().OfType<IFieldSymbol>().Count(f => !f.IsStatic);
        return new JsonStruct(
            isContract,
            taken.Union(set).Count() >= fields,
            symbols.Select((s, i) => new MemberModel(TypeNames.Identifier(s.Name), shapes[i]!) { Json = names[i] }).ToEquatableArray(),
            taken.ToEquatableArray(),
            set.ToEquatableArray());
    }

    private static List<int>? Match(IMethodSymbol constructor, List<ISymbol> members)
    {
        var matched = new List<int>();
        foreach (var parameter in constructor.Parameters)
        {
            var index = members.FindIndex(m => string.Equals(m.Name, parameter.Name.TrimStart('_'), StringComparison.OrdinalIgnoreCase));
            if (index < 0 || parameter.RefKind is not (RefKind.None or RefKind.In) || !SymbolEqualityComparer.Default.Equals(MemberParser.TypeOf(members[index]), parameter.Type))
            {
                return null;
            }

            matched.Add(index);
        }

        return matched;
    }
}
