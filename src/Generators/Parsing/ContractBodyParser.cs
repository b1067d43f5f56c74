using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using HighPerf.Generators.Diagnostics;
using HighPerf.Generators.Model;
using Microsoft.CodeAnalysis;

namespace HighPerf.Generators.Parsing;

/// <summary>From a contract to how it is written, read and built.</summary>
internal static class ContractBodyParser
{
    private const int MaxMembers = 249;

    /// <summary>Null where there is an error, or a type that does not exist.</summary>
    public static ContractBody? Parse(INamedTypeSymbol type, string displayName, ShapeContext context, IReports reports, bool fromOutside)
    {
        var typeName = TypeNames.SourceNotNull(type);
        if (Marks.Cases(type).Length > 0)
        {
            return ContractBody.Empty(typeName, displayName, false, BodyLayout.Union) with { Cases = UnionParser.Parse(type, type, context, reports).ToEquatableArray() };
        }

        if (Marks.Layout(type) == "Collection")
        {
            if (ShapeParser.CustomCollection(type, context, out var why) is { } collection)
            {
                return ContractBody.Empty(typeName, displayName, false, BodyLayout.Whole) with { Whole = collection, IsRecursive = Recursion.CanContainItself(type) };
            }

            reports.Add(Descriptors.UnsupportedType, null, type.Name, "a collection", why);
            return null;
        }

        return Members(type, typeName, displayName, context, reports, fromOutside);
    }

    private static ContractBody? Members(INamedTypeSymbol type, string typeName, string displayName, ShapeContext context, IReports reports, bool fromOutside)
    {
        var layout = Marks.Layout(type) switch
        {
            "VersionTolerant" => BodyLayout.VersionTolerant,
            "CircularReference" => BodyLayout.Circular,
            _ => BodyLayout.Ordinary,
        };
        var symbols = MemberParser.Members(type);
        var indexes = MemberParser.WireIndexes(type);
        var members = new List<MemberModel>();
        var failed = false;
        for (var i = 0; i < symbols.Count; i++)
        {
            if (Member(type, symbols[i], indexes[i], layout, context, reports, fromOutside) is { } member)
            {
                members.Add(member);
            }
            else
            {
                failed = true;
            }

            if (layout != BodyLayout.Ordinary && i > 0 && indexes[i] == indexes[i - 1])
            {
                reports.Add(Descriptors.DuplicateOrder, symbols[i], $"{type.Name}.{symbols[i].Name}", symbols[i - 1].Name, indexes[i].ToString(CultureInfo.InvariantCulture));
            }
        }

        var count = layout == BodyLayout.Ordinary ? symbols.Count : indexes.LastOrDefault() + 1;
        if (count > MaxMembers)
        {
            reports.Add(Descriptors.TooManyMembers, null, type.Name, count.ToString(CultureInfo.InvariantCulture));
        }

        var construction = ConstructionParser.Parse(type, symbols, context.Compilation, fromOutside);
        if (construction is null)
        {
            reports.Add(Descriptors.NoConstructor, null, type.Name);
        }

        if (failed || construction is null)
        {
            return null;
        }

        if (layout == BodyLayout.Circular && (type.IsValueType || construction.ConstructorMembers.Count > 0 || symbols.Any(IsInitOnly)))
        {
            reports.Add(Descriptors.CircularShape, null, type.Name);
        }

        foreach (var index in construction.NotRestored)
        {
            reports.Add(Descriptors.NotRestored, symbols[index], $"{type.Name}.{symbols[index].Name}");
        }

        var json = JsonNames.Of(symbols);
        return new ContractBody(
            typeName,
            displayName,
            type.IsValueType,
            Recursion.CanContainItself(type),
            layout,
            null,
            members.Select((m, i) => m with { Json = json[i] }).ToEquatableArray(),
            construction.ConstructorMembers.ToEquatableArray(),
            construction.InitializerMembers.ToEquatableArray(),
            construction.IgnoredRequired.ToEquatableArray(),
            default,
            CallbackParser.Parse(type, reports, fromOutside).ToEquatableArray());
    }

    private static MemberModel? Member(
        INamedTypeSymbol type, ISymbol symbol, int index, BodyLayout layout, ShapeContext context, IReports reports, bool fromOutside)
    {
        var memberType = MemberParser.TypeOf(symbol);
        if (fromOutside && !context.Compilation.IsSymbolAccessibleWithin(symbol, context.Compilation.Assembly))
        {
            reports.Add(Descriptors.UnsupportedType, symbol, $"{type.Name}.{symbol.Name}", TypeNames.Display(memberType), "it is not public, and the contract is written by code outside of it");
            return null;
        }

        if (ShapeParser.ParseMember(symbol, memberType, context, TypeParameterOf(symbol), out var why) is not { } shape)
        {
            if (memberType.TypeKind != TypeKind.Error)
            {
                UnsupportedType(reports, symbol, $"{type.Name}.{symbol.Name}", memberType, context, why);
            }

            return null;
        }

        // A member that can only be set while the object is made cannot keep a value that it would get there.
        var keeps = Marks.KeepsDefault(symbol) && !IsInitOnly(symbol) && symbol is not (IPropertySymbol { IsRequired: true } or IFieldSymbol { IsRequired: true });
        return new MemberModel(TypeNames.Identifier(symbol.Name), shape, layout == BodyLayout.Ordinary ? 0 : index, keeps)
        {
            IsInternal = symbol.DeclaredAccessibility != Accessibility.Public || !ViewParser.IsPublic(memberType),
        };
    }

    /// <summary>Reports a type that cannot be part of a message; one of another assembly that is nobody's contract has a page of its own.</summary>
    public static void UnsupportedType(IReports reports, ISymbol? at, string what, ITypeSymbol type, ShapeContext context, string why)
    {
        var foreign = ShapeParser.ForeignType(type, context);
        if (foreign is not null)
        {
            reports.Add(Descriptors.ForeignType, at, what, TypeNames.Display(foreign), foreign.ContainingAssembly.Name);
        }
        else
        {
            reports.Add(Descriptors.UnsupportedType, at, what, TypeNames.Display(type), why);
        }
    }

    private static bool TypeParameterOf(ISymbol member) => MemberParser.TypeOf(member.OriginalDefinition) is ITypeParameterSymbol;

    private static bool IsInitOnly(ISymbol member) => member is IPropertySymbol { SetMethod.IsInitOnly: true };
}
