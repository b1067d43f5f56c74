using System.Collections.Generic;
using System.Threading;
using HighPerf.Generators.Diagnostics;
using HighPerf.Generators.Model;
using Microsoft.CodeAnalysis;

namespace HighPerf.Generators.Parsing;

/// <summary><c>[assembly: MessageType]</c>: types that the serializer reads and writes on their own.</summary>
internal static class MessageTypesParser
{
    public static ParseResult<MessageTypesModel> Parse(GeneratorAttributeSyntaxContext context, CancellationToken cancellationToken)
    {
        var bag = new DiagnosticBag();
        var shapes = new ShapeContext(context.SemanticModel.Compilation, context.SemanticModel.Compilation.Assembly);
        var types = new List<Shape>();
        foreach (var attribute in context.Attributes)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (TypeNames.OnlyArgument(attribute) is not ITypeSymbol { TypeKind: not TypeKind.Error } type)
            {
                continue;
            }

            var place = attribute.ApplicationSyntaxReference is { } syntax ? Location.Create(syntax.SyntaxTree, syntax.Span) : null;
            if (ShapeParser.Parse(type, shapes, out var why) is not { } shape)
            {
                ContractBodyParser.UnsupportedType(new PlaceReports(place, bag), null, "MessageType", type, shapes, why);
            }
            else if (!types.Contains(shape))
            {
                types.Add(shape);
            }
        }

        return new ParseResult<MessageTypesModel>(new MessageTypesModel(types.ToEquatableArray(), shapes.Inlined), default, bag.ToEquatableArray());
    }
}
