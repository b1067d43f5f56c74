using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace HighPerf.Analyzers.Lifetime;

/// <summary>HP0021: a task's scoped services and its context are not kept beyond the attempt: in a static, by work that nobody waits for, by a static event.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class LifetimeAnalyzer : DiagnosticAnalyzer
{
    private static readonly string[] Storing = ["Add", "TryAdd", "Enqueue", "Push", "Insert"];

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => ImmutableArray.Create(Rules.Outlives);

    /// <inheritdoc/>
    public override void Initialize(AnalysisContext context)
    {
        context.EnableConcurrentExecution();
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.RegisterCompilationStartAction(static start =>
        {
            if (KnownTypes.Of(start.Compilation) is { } known)
            {
                start.RegisterSymbolStartAction(type => Begin(type, known), SymbolKind.NamedType);
            }
        });
    }

    private static void Begin(SymbolStartAnalysisContext context, KnownTypes known)
    {
        var type = (INamedTypeSymbol)context.Symbol;
        if (known.TaskAttribute(type) is null)
        {
            return;
        }

        var owned = new AttemptOwned(type, known, context.Compilation);
        var subscribed = new ConcurrentQueue<(IEventSymbol Event, Diagnostic Diagnostic)>();
        var unsubscribed = new ConcurrentQueue<IEventSymbol>();
        context.RegisterOperationAction(operation => Assignment(operation, type, known, owned), OperationKind.SimpleAssignment, OperationKind.CoalesceAssignment);
        context.RegisterOperationAction(operation => Invocation(operation, type, known, owned), OperationKind.Invocation);
        context.RegisterOperationAction(operation => Subscription(operation, type, owned, subscribed, unsubscribed), OperationKind.EventAssignment);
        context.RegisterSymbolEndAction(end =>
        {
            foreach (var (@event, diagnostic) in subscribed)
            {
                if (!unsubscribed.Contains(@event, SymbolEqualityComparer.Default))
                {
                    end.ReportDiagnostic(diagnostic);
                }
            }
        });
    }

    private static void Assignment(OperationAnalysisContext context, INamedTypeSymbol type, KnownTypes known, AttemptOwned owned)
    {
        var assignment = (IAssignmentOperation)context.Operation;
        if (Static(assignment.Target) is { } target)
        {
            if (owned.In(assignment.Value) is { } name)
            {
                context.ReportDiagnostic(Report(type, name, $"the static '{target.Name}' keeps it", assignment.Value.Syntax));
            }
        }
        else if (assignment.Target is IDiscardOperation && known.IsAwaitable(assignment.Value.Type))
        {
            Unawaited(context, type, owned, assignment.Value);
        }
    }

    private static void Invocation(OperationAnalysisContext context, INamedTypeSymbol type, KnownTypes known, AttemptOwned owned)
    {
        var call = (IInvocationOperation)context.Operation;
        if (call.Parent is IExpressionStatementOperation && known.IsAwaitable(call.Type))
        {
            Unawaited(context, type, owned, call);
        }
        else if (call.TargetMethod is { Name: "QueueUserWorkItem" or "UnsafeQueueUserWorkItem", ContainingType.Name: "ThreadPool" })
        {
            Unawaited(context, type, owned, call);
        }
        else if (call is { TargetMethod: { Name: "Start", ContainingType.Name: "Thread" }, Instance: { } thread } && Operations.Unwrap(thread) is IObjectCreationOperation created
            && owned.In(created) is { } name)
        {
            context.ReportDiagnostic(Report(type, name, "the thread goes on without being joined: await the work instead", created.Syntax));
        }
        else if (Storing.Contains(call.TargetMethod.Name) && call.Instance is { } instance && Static(instance) is { } target
            && target.ContainingNamespaceOfType()?.StartsWith("System.Collections", System.StringComparison.Ordinal) == true)
        {
            foreach (var argument in call.Arguments)
            {
                if (owned.In(argument.Value) is { } stored)
                {
                    context.ReportDiagnostic(Report(type, stored, $"the static '{target.Name}' keeps it", argument.Value.Syntax));
                }
            }
        }
    }

    private static void Unawaited(OperationAnalysisContext context, INamedTypeSymbol type, AttemptOwned owned, IOperation work)
    {
        if (Operations.Unwrap(work) is not IInvocationOperation call)
        {
            return;
        }

        var name = owned.RootOf(call.Instance) ?? call.Arguments.Select(a => owned.Of(a.Value) ?? owned.CapturedBy(a.Value)).FirstOrDefault(static n => n is not null);
        if (name is null && call.TargetMethod.IsExtensionMethod && call.Arguments.Length > 0)
        {
            name = owned.RootOf(call.Arguments[0].Value);
        }

        if (name is not null)
        {
            context.ReportDiagnostic(Report(type, name, $"'{call.TargetMethod.Name}' goes on without being awaited: await it, or take what it needs from a scope of its own (IServiceScopeFactory)", call.Syntax));
        }
    }

    private static void Subscription(
        OperationAnalysisContext context,
        INamedTypeSymbol type,
        AttemptOwned owned,
        ConcurrentQueue<(IEventSymbol Event, Diagnostic Diagnostic)> subscribed,
        ConcurrentQueue<IEventSymbol> unsubscribed)
    {
        var assignment = (IEventAssignmentOperation)context.Operation;
        if (assignment.EventReference is not IEventReferenceOperation { Event: { IsStatic: true } @event })
        {
            return;
        }

        if (!assignment.Adds)
        {
            unsubscribed.Enqueue(@event);
        }
        else if (owned.CapturedBy(assignment.HandlerValue) is { } name)
        {
            subscribed.Enqueue((@event, Report(type, name, $"a handler of the static event '{@event.Name}' keeps it: remove the handler with -= before the task returns", assignment.HandlerValue.Syntax)));
        }
    }

    private static ISymbol? Static(IOperation operation) => Operations.Unwrap(operation) switch
    {
        IFieldReferenceOperation { Field: { IsStatic: true } field } => field,
        IPropertyReferenceOperation { Property: { IsStatic: true } property } => property,
        IPropertyReferenceOperation { Property.IsIndexer: true, Instance: { } instance } => Static(instance),
        _ => null,
    };

    private static Diagnostic Report(INamedTypeSymbol type, string name, string but, SyntaxNode place)
        => Diagnostic.Create(Rules.Outlives, place.GetLocation(), name, type.Name, but);
}
