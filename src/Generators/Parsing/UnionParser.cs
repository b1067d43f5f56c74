using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using HighPerf.Generators.Diagnostics;
using HighPerf.Generators.Model;
using Microsoft.CodeAnalysis;

namespace HighPerf.Generators.Parsing;

/// <summary>The cases of a union.</summary>
internal static class UnionParser
{
    public static List<UnionCase> Parse(ISymbol annotated, ITypeSymbol union, ShapeContext context, IReports reports)
    {
        var cases = new List<UnionCase>();
        var seen = new HashSet<string>();
        foreach (var attribute in Marks.Cases(annotated))
        {
            if (attribute.ConstructorArguments.Length != 2 || attribute.ConstructorArguments[1].Value is not INamedTypeSymbol { TypeKind: not TypeKind.Error } type)
            {
                continue;
            }

            var tag = System.Convert.ToInt32(attribute.ConstructorArguments[0].Value ?? 0, CultureInfo.InvariantCulture);
            var why = "";
            var shape = IsCase(type, union, context.Compilation, out why) ? ShapeParser.Parse(type, context, out why) : null;
            if (shape is not (ContractShape or FixedShape))
            {
                reports.Add(Descriptors.InvalidUnionCase, null, TypeNames.Display(union), TypeNames.Display(type), why.Length > 0 ? why : "declare it with [Document]");
            }
            else if (cases.Any(c => c.Tag == tag) || !seen.Add(shape.TypeName))
            {
                reports.Add(Descriptors.InvalidUnionCase, null, TypeNames.Display(union), TypeNames.Display(type), $"its tag {tag} or the type itself is there twice");
            }
            else
            {
                cases.Add(new UnionCase(tag, shape) { IsInternal = !ViewParser.IsPublic(type) });
            }
        }

        return cases;
    }

    private static bool IsCase(INamedTypeSymbol type, ITypeSymbol union, Compilation compilation, out string why)
    {
        why = type.IsAbstract ? "it is abstract itself" : compilation.HasImplicitConversion(type, union) ? "" : "it does not derive from the union";
        return why.Length == 0;
    }
}
