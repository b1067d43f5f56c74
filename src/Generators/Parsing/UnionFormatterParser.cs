using System.Threading;
using HighPerf.Generators.Diagnostics;
using HighPerf.Generators.Model;
using Microsoft.CodeAnalysis;

namespace HighPerf.Generators.Parsing;

/// <summary>A class with <c>[MemoryPackUnionFormatter]</c> becomes a formatter of the type that it names.</summary>
internal static class UnionFormatterParser
{
    public static ParseResult<UnionFormatterModel> Parse(GeneratorAttributeSyntaxContext context, CancellationToken cancellationToken)
    {
        var type = (INamedTypeSymbol)context.TargetSymbol;
        var bag = new DiagnosticBag();
        var place = DeclarationParser.Place(context.TargetNode);
        var header = DeclarationParser.Header(type, context.TargetNode, "Formatter", bag, cancellationToken);
        if (bag.HasErrors || Formatters.UnionOf(type) is not { TypeKind: not TypeKind.Error } union)
        {
            return new ParseResult<UnionFormatterModel>(null, default, bag.ToEquatableArray());
        }

        var shapes = new ShapeContext(context.SemanticModel.Compilation, type.ContainingAssembly);
        var body = ContractBody.Empty(TypeNames.SourceNotNull(union), TypeNames.Display(union), false, BodyLayout.Union) with
        {
            Cases = UnionParser.Parse(type, union, shapes, new DeclarationReports(type, place, bag)).ToEquatableArray(),
        };
        return new ParseResult<UnionFormatterModel>(bag.HasErrors ? null : new UnionFormatterModel(header, body, shapes.Inlined), default, bag.ToEquatableArray());
    }
}
