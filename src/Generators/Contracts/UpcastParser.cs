using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using HighPerf.Generators.Diagnostics;
using HighPerf.Generators.Model;
using HighPerf.Generators.Parsing;
using Microsoft.CodeAnalysis;

namespace HighPerf.Generators.Contracts;

/// <summary>The methods of a declaration that have <c>[Upcast]</c>.</summary>
internal static class UpcastParser
{
    public static EquatableArray<UpcastModel> Parse(INamedTypeSymbol type, string name, int version, SchemaTypes types, Location place, DiagnosticBag bag)
    {
        var upcasts = new List<UpcastModel>();
        foreach (var method in type.GetMembers().OfType<IMethodSymbol>())
        {
            if (TypeNames.Attribute(method, KnownNames.Upcast) is not { ConstructorArguments.Length: 1 } attribute || attribute.ConstructorArguments[0].Value is not int from)
            {
                continue;
            }

            var at = method.Locations.FirstOrDefault() ?? place;
            if (from < 1 || from >= version || upcasts.Exists(u => u.From == from))
            {
                bag.Add(Descriptors.UpcastVersion, at, method.Name, from.ToString(CultureInfo.InvariantCulture), type.Name, version.ToString(CultureInfo.InvariantCulture));
                continue;
            }

            if (!method.IsStatic || method.IsGenericMethod || method.Parameters.Length != 1 || method.Parameters[0].RefKind != RefKind.None || !Returns(method, type)
                || method.Parameters[0].Type is not INamedTypeSymbol old || !ShapeParser.IsContract(old) || SymbolEqualityComparer.Default.Equals(old, type))
            {
                bag.Add(Descriptors.UpcastMethod, at, method.Name, type.Name, TypeNames.Attribute(type, KnownNames.Task) is null ? type.Name : "Arguments");
                continue;
            }

            var declared = TypeNames.Attribute(old, KnownNames.Document) ?? TypeNames.Attribute(old, KnownNames.Event);
            var fingerprints = SchemaParser.Fingerprints(name, from, SchemaParser.LayoutOf(old, declared), SchemaParser.MembersOf(old), types);
            fingerprints.Reverse();
            upcasts.Add(new UpcastModel(from, TypeNames.Identifier(method.Name), TypeNames.SourceNotNull(old), old.IsValueType, fingerprints.ToEquatableArray()));
        }

        return upcasts.OrderBy(u => u.From).ToEquatableArray();
    }

    /// <summary>A contract's method returns the contract; a task's the arguments, which the generator is about to write.</summary>
    private static bool Returns(IMethodSymbol method, INamedTypeSymbol type)
        => TypeNames.Attribute(type, KnownNames.Task) is null ? SymbolEqualityComparer.Default.Equals(method.ReturnType, type) : method.ReturnType.Name == "Arguments";
}
