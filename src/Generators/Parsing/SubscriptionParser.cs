using System;
using System.Globalization;
using System.Linq;
using System.Threading;
using HighPerf.Generators.Diagnostics;
using HighPerf.Generators.Model;
using Microsoft.CodeAnalysis;

namespace HighPerf.Generators.Parsing;

/// <summary><c>[Subscribe&lt;T&gt;]</c>: on a task, whose one argument is T, which is an event or document.</summary>
internal static class SubscriptionParser
{
    /// <summary>What the task subscribes to; null for nothing.</summary>
    public static SubscriptionModel? Parse(INamedTypeSymbol type, IMethodSymbol method, Func<IParameterSymbol, ITypeSymbol> messageOf, Location place, DiagnosticBag bag)
    {
        var attributes = type.GetAttributes().Where(a => TypeNames.Is(a.AttributeClass, KnownNames.Subscribe)).ToList();
        if (attributes.Count == 0)
        {
            return null;
        }

        if (attributes.Count > 1)
        {
            bag.Add(Descriptors.SeveralSubscriptions, place, type.Name, attributes.Count.ToString(CultureInfo.InvariantCulture));
            return null;
        }

        var message = attributes[0].AttributeClass!.TypeArguments[0];
        var at = attributes[0].ApplicationSyntaxReference is { } syntax ? Location.Create(syntax.SyntaxTree, syntax.Span) : place;
        if (message is not INamedTypeSymbol named || !ShapeParser.IsDeclared(named))
        {
            bag.Add(Descriptors.NotAMessage, at, type.Name, TypeNames.Display(message));
            return null;
        }

        var arguments = method.Parameters.Where(p => !TypeNames.Is(p.Type, KnownNames.TaskContext) && !TypeNames.Is(p.Type, KnownNames.CancellationToken)).ToList();
        if (arguments.Count != 1 || !SymbolEqualityComparer.Default.Equals(messageOf(arguments[0]), message))
        {
            bag.Add(Descriptors.SubscriberArguments, at, type.Name, TypeNames.Display(message), method.Name);
            return null;
        }

        var attribute = TypeNames.Attribute(named, KnownNames.Event);
        var kind = attribute is null ? "Document" : "Event";
        attribute ??= TypeNames.Attribute(named, KnownNames.Document)!;
        return new SubscriptionModel(TypeNames.SourceNotNull(message), kind, DeclarationParser.Aliases(attribute));
    }

    /// <summary>Reports a subscription on a class that is no task.</summary>
    public static EquatableArray<DiagnosticInfo> ParseStray(GeneratorAttributeSyntaxContext context, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var bag = new DiagnosticBag();
        if (TypeNames.Attribute(context.TargetSymbol, KnownNames.Task) is null)
        {
            bag.Add(Descriptors.SubscribeWithoutTask, DeclarationParser.Place(context.TargetNode), context.TargetSymbol.Name);
        }

        return bag.ToEquatableArray();
    }
}
