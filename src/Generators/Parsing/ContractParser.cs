using System.Collections.Generic;
using System.Linq;
using System.Threading;
using HighPerf.Generators.Contracts;
using HighPerf.Generators.Diagnostics;
using HighPerf.Generators.Model;
using Microsoft.CodeAnalysis;

namespace HighPerf.Generators.Parsing;

/// <summary>From a type with <c>[Event]</c>, <c>[Document]</c> or MemoryPack's attribute to its model.</summary>
internal static class ContractParser
{
    /// <param name="context">The declaration.</param>
    /// <param name="kind">Event or Document.</param>
    /// <param name="packable">The type carries MemoryPack's attribute: nothing to do where it carries one of ours too, or is not to be generated.</param>
    /// <param name="cancellationToken">Cancels.</param>
    public static ParseResult<ContractModel> Parse(GeneratorAttributeSyntaxContext context, string kind, bool packable, CancellationToken cancellationToken)
    {
        var type = (INamedTypeSymbol)context.TargetSymbol;
        var bag = new DiagnosticBag();
        if (packable && (ShapeParser.IsDeclared(type) || Marks.Layout(type) == "NoGenerate"))
        {
            return new ParseResult<ContractModel>(null, default, default);
        }

        var place = DeclarationParser.Place(context.TargetNode);
        var header = DeclarationParser.Header(type, context.TargetNode, packable ? "MemoryPackable" : kind, bag, cancellationToken);
        var (wireName, aliases) = packable ? (TypeNames.WireName(type), default) : DeclarationParser.WireNames(type, context.Attributes[0], context.TargetNode, bag);
        var names = packable ? default : DeclarationParser.Names(type, wireName, aliases, place);
        var reports = new DeclarationReports(type, place, bag, warns: !packable);
        CheckKind(type, kind, packable, place, bag);
        DeclarationParser.CheckTaken(type, context.TargetNode, bag, methodsToo: false, "Read", "Write", "ReadJson", "WriteJson", "HighPerfGenerated", "HighPerfJson");
        if (bag.HasErrors)
        {
            return new ParseResult<ContractModel>(null, names, bag.ToEquatableArray());
        }

        // An open generic contract has no code of its own: each closed form is written and read where it is used.
        if (DeclarationParser.IsGeneric(type))
        {
            return new ParseResult<ContractModel>(null, default, bag.ToEquatableArray());
        }

        var compilation = context.SemanticModel.Compilation;
        var shapes = new ShapeContext(compilation, type.ContainingAssembly);
        var body = type is { IsValueType: true, IsUnmanagedType: true }
            ? Raw(type, wireName, shapes, reports)
            : ContractBodyParser.Parse(type, wireName, shapes, reports, fromOutside: false);
        if (bag.HasErrors || body is null)
        {
            return new ParseResult<ContractModel>(null, names, bag.ToEquatableArray());
        }

        var schema = SchemaParser.Contract(type, context.Attributes[0], wireName, aliases, place, bag);
        if (bag.HasErrors)
        {
            return new ParseResult<ContractModel>(null, names, bag.ToEquatableArray());
        }

        var message = new MessageInfo(kind, wireName, aliases, schema);
        return new ParseResult<ContractModel>(new ContractModel(header, message, type.TypeKind == TypeKind.Interface, body, View(type, body), shapes.Inlined), names, bag.ToEquatableArray());
    }

    private static void CheckKind(INamedTypeSymbol type, string kind, bool packable, Location place, DiagnosticBag bag)
    {
        var wrong = type.IsStatic ? "static"
            : DeclarationParser.IsGeneric(type) && kind == "Event" ? "generic"
            : Marks.Cases(type).Length > 0 ? type.IsAbstract ? null : "a union unless it is an interface or abstract"
            : type.TypeKind == TypeKind.Interface ? "an interface without [Union] cases"
            : type.IsAbstract ? "abstract without [Union] cases" : null;
        if (wrong is not null)
        {
            bag.Add(Descriptors.ContractKind, place, type.Name, wrong);
        }

        // Reported once, for the document of the two.
        if (!packable && kind == "Document" && TypeNames.Attribute(type, KnownNames.Event) is not null)
        {
            bag.Add(Descriptors.TwoKinds, place, type.Name);
        }
    }

    private static ViewModel? View(INamedTypeSymbol type, ContractBody body)
    {
        if (body.Layout == BodyLayout.Circular || ViewParser.NameOf(type, type.ContainingAssembly) is not { } name)
        {
            return null;
        }

        var isPublic = true;
        for (var outer = type; outer is not null; outer = outer.ContainingType)
        {
            isPublic &= outer.DeclaredAccessibility == Accessibility.Public;
        }

        return new ViewModel(name, name.Substring(name.LastIndexOfAny(['.', ':']) + 1), isPublic);
    }

    private static ContractBody? Raw(INamedTypeSymbol type, string displayName, ShapeContext context, DeclarationReports reports)
    {
        var layout = JsonFormParser.Attach(LayoutParser.Struct(type, out var why), type, context, withMembers: true);
        if (layout is null)
        {
            reports.Add(Descriptors.UnknownLayout, null, type.Name, why);
            return null;
        }

        return ContractBody.Empty(TypeNames.SourceNotNull(type), displayName, true, BodyLayout.Whole) with { Whole = layout };
    }
}
