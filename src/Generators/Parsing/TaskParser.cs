using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Threading;
using HighPerf.Generators.Contracts;
using HighPerf.Generators.Diagnostics;
using HighPerf.Generators.Model;
using Microsoft.CodeAnalysis;

namespace HighPerf.Generators.Parsing;

/// <summary>From a class with <c>[Task]</c> to its model.</summary>
internal static class TaskParser
{
    private const int MaxArguments = 249;

    public static ParseResult<TaskModel> Parse(GeneratorAttributeSyntaxContext context, CancellationToken cancellationToken)
    {
        var type = (INamedTypeSymbol)context.TargetSymbol;
        var bag = new DiagnosticBag();
        var place = DeclarationParser.Place(context.TargetNode);
        var header = DeclarationParser.Header(type, context.TargetNode, "Task", bag, cancellationToken);
        CheckClass(type, place, bag);
        DeclarationParser.CheckTaken(type, context.TargetNode, bag, methodsToo: true, "Call", "Step", "Arguments", "HighPerfGenerated", "HighPerfJson");

        var (wireName, aliases) = DeclarationParser.WireNames(type, context.Attributes[0], context.TargetNode, bag);
        var options = TaskOptionsParser.Parse(type, context.Attributes[0], place, bag);
        var names = DeclarationParser.Names(type, wireName, aliases, place);
        var method = RunMethodParser.Find(type, place, bag);
        if (method is null)
        {
            return new ParseResult<TaskModel>(null, names, bag.ToEquatableArray());
        }

        var shapes = new ShapeContext(context.SemanticModel.Compilation, type.ContainingAssembly);
        var arguments = new List<ArgumentModel>();
        var parameters = new List<RunParameter>();
        foreach (var parameter in method.Parameters)
        {
            parameters.Add(Parameter(type, parameter, arguments, shapes, bag));
        }

        if (arguments.Count > MaxArguments)
        {
            bag.Add(Descriptors.TooManyMembers, place, type.Name, arguments.Count.ToString(CultureInfo.InvariantCulture));
        }

        var returns = RunMethodParser.Returns(method, out var resultType);
        var result = resultType is null ? null : Result(type, method, resultType, shapes, bag);
        ITypeSymbol MessageOf(IParameterSymbol parameter) => ViewParser.ContractOf(parameter, shapes.Compilation, shapes.Assembly) ?? parameter.Type;
        var schema = SchemaParser.Task(type, context.Attributes[0], wireName, aliases, method, MessageOf, resultType, place, bag);
        var subscription = SubscriptionParser.Parse(type, method, MessageOf, place, bag);
        var constructors = type.InstanceConstructors.Where(c => !c.IsImplicitlyDeclared || c.Parameters.Length == 0).ToList();
        if (constructors.Count > 1)
        {
            bag.Add(Descriptors.SeveralConstructors, place, type.Name, constructors.Count.ToString(CultureInfo.InvariantCulture));
        }

        if (arguments.Find(a => a.View is not null) is { } viewed && Instance(type, method, constructors[0]) is InstanceKind.Disposable or InstanceKind.AsyncDisposable)
        {
            bag.Add(Descriptors.ViewInDisposableTask, place, type.Name, viewed.Name);
        }

        if (bag.HasErrors)
        {
            return new ParseResult<TaskModel>(null, names, bag.ToEquatableArray());
        }

        var services = method.IsStatic ? [] : constructors[0].Parameters.Select(p => TypeNames.SourceNotNull(p.Type));
        var model = new TaskModel(
            header,
            new MessageInfo("Command", wireName, aliases, schema),
            options,
            services.ToEquatableArray(),
            new RunMethod(TypeNames.Identifier(method.Name), method.IsStatic, IsPublicSignature(method), returns, parameters.ToEquatableArray()),
            arguments.ToEquatableArray(),
            result,
            resultType is null ? "global::HighPerf.None" : TypeNames.Source(resultType),
            Instance(type, method, constructors[0]),
            subscription,
            shapes.Inlined);
        return new ParseResult<TaskModel>(model, names, bag.ToEquatableArray());
    }

    private static void CheckClass(INamedTypeSymbol type, Location place, DiagnosticBag bag)
    {
        var wrong = type.IsStatic ? "static" : type.IsAbstract ? "abstract" : DeclarationParser.IsGeneric(type) ? "generic" : null;
        if (wrong is not null)
        {
            bag.Add(Descriptors.TaskClassKind, place, type.Name, wrong);
        }

        if (ShapeParser.IsDeclared(type))
        {
            bag.Add(Descriptors.TwoKinds, place, type.Name);
        }
    }

    private static RunParameter Parameter(INamedTypeSymbol type, IParameterSymbol parameter, List<ArgumentModel> arguments, ShapeContext shapes, DiagnosticBag bag)
    {
        var place = parameter.Locations.FirstOrDefault();
        var passing = parameter.IsParams ? "params" : parameter.RefKind switch
        {
            RefKind.None => null,
            RefKind.Ref => "ref",
            RefKind.Out => "out",
            RefKind.In => "in",
            _ => "ref readonly",
        };
        if (passing is not null)
        {
            bag.Add(Descriptors.ParameterPassing, place, parameter.Name, type.Name, passing);
        }

        if (parameter.Name == "Arguments")
        {
            bag.Add(Descriptors.MemberNameTaken, place, parameter.Name, type.Name);
        }

        if (TypeNames.Is(parameter.Type, KnownNames.TaskContext))
        {
            return new RunParameter(RunParameterKind.Context, "");
        }

        if (TypeNames.Is(parameter.Type, KnownNames.CancellationToken))
        {
            return new RunParameter(RunParameterKind.CancellationToken, "");
        }

        var name = TypeNames.Identifier(parameter.Name);
        if (ViewParser.ContractOf(parameter, shapes.Compilation, shapes.Assembly) is { } viewed && ShapeParser.Parse(viewed, shapes, out _) is ContractShape { View: { } view } contract)
        {
            arguments.Add(new ArgumentModel(name, TypeNames.SourceNotNull(viewed), contract, null, view));
            return new RunParameter(RunParameterKind.Argument, name);
        }

        if (ViewParser.Refused(parameter, shapes.Compilation) is { } refused)
        {
            bag.Add(Descriptors.NoView, place, $"{type.Name}.{parameter.Name}", TypeNames.Display(refused.Contract), refused.Why);
        }
        else if (ShapeParser.ParseMember(parameter, parameter.Type, shapes, false, out var why) is { } shape)
        {
            var defaultValue = parameter.HasExplicitDefaultValue ? Literals.DefaultValue(parameter) : null;
            arguments.Add(new ArgumentModel(name, TypeNames.Source(parameter.Type), shape, defaultValue));
        }
        else if (passing is null && parameter.Type.TypeKind != TypeKind.Error)
        {
            ContractBodyParser.UnsupportedType(new PlaceReports(place, bag), null, $"{type.Name}.{parameter.Name}", parameter.Type, shapes, why);
        }

        return new RunParameter(RunParameterKind.Argument, name);
    }

    private static Shape? Result(INamedTypeSymbol type, IMethodSymbol method, ITypeSymbol resultType, ShapeContext shapes, DiagnosticBag bag)
    {
        var shape = ShapeParser.Parse(resultType, shapes, out var why);
        if (shape is null && resultType.TypeKind != TypeKind.Error)
        {
            ContractBodyParser.UnsupportedType(new PlaceReports(method.Locations.FirstOrDefault(), bag), null, $"{type.Name}'s result", resultType, shapes, why);
        }

        return shape;
    }

    private static InstanceKind Instance(INamedTypeSymbol type, IMethodSymbol method, IMethodSymbol constructor)
    {
        if (method.IsStatic)
        {
            return InstanceKind.None;
        }

        if (type.AllInterfaces.Any(i => TypeNames.MetadataName(i) == "System.IAsyncDisposable"))
        {
            return InstanceKind.AsyncDisposable;
        }

        if (type.AllInterfaces.Any(i => i.SpecialType == SpecialType.System_IDisposable))
        {
            return InstanceKind.Disposable;
        }

        return constructor.Parameters.Length == 0 && !HasState(type) ? InstanceKind.Shared : InstanceKind.PerAttempt;
    }

    private static bool HasState(INamedTypeSymbol type)
    {
        for (var t = type; t is not null && t.SpecialType != SpecialType.System_Object; t = t.BaseType)
        {
            // A base class from metadata may have private fields that are not imported: assume the worst.
            if (t.GetMembers().Any(m => m is IFieldSymbol { IsStatic: false }) || !t.Locations.Any(l => l.IsInSource))
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsPublicSignature(IMethodSymbol method) => method.DeclaredAccessibility == Accessibility.Public;
}
