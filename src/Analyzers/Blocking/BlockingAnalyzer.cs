using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace HighPerf.Analyzers.Blocking;

/// <summary>HP0020: a task on an I/O slot does not wait on the thread, neither in its run method nor in methods of the class that it calls.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class BlockingAnalyzer : DiagnosticAnalyzer
{
    /// <summary>Property of a diagnostic: the name of a <see cref="BlockingFix"/>.</summary>
    internal const string Fix = "fix";

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => ImmutableArray.Create(Rules.BlockingCall);

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
        if (known.TaskAttribute(type) is not { } task || KnownTypes.IsCpu(task) || KnownTypes.RunMethod(type) is not { } run)
        {
            return;
        }

        var found = new ConcurrentQueue<(ISymbol Member, Diagnostic Diagnostic)>();
        var calls = new ConcurrentQueue<(ISymbol Caller, IMethodSymbol Called)>();
        context.RegisterOperationAction(
            operation =>
            {
                var call = (IInvocationOperation)operation.Operation;
                Add(operation, call.TargetMethod, () => BlockingCalls.Find(call, known), Operations.NameOf(call));
            },
            OperationKind.Invocation);
        context.RegisterOperationAction(
            operation => Add(operation, ((IMethodReferenceOperation)operation.Operation).Method, static () => null, Location.None),
            OperationKind.MethodReference);
        context.RegisterOperationAction(
            operation =>
            {
                var property = (IPropertyReferenceOperation)operation.Operation;
                if (BlockingCalls.Find(property, known) is { } finding && !OffTheSlot.Is(property))
                {
                    found.Enqueue((operation.ContainingSymbol, Report(type, finding, Place(property))));
                }
            },
            OperationKind.PropertyReference);
        context.RegisterSymbolEndAction(end =>
        {
            var reached = Reach(run, calls);
            foreach (var (member, diagnostic) in found)
            {
                if (reached.Contains(member))
                {
                    end.ReportDiagnostic(diagnostic);
                }
            }
        });

        void Add(OperationAnalysisContext operation, IMethodSymbol called, System.Func<BlockingFinding?> find, Location place)
        {
            var own = SymbolEqualityComparer.Default.Equals(called.ContainingType, type);
            if (own && !OffTheSlot.Is(operation.Operation))
            {
                calls.Enqueue((operation.ContainingSymbol, called.OriginalDefinition));
            }
            else if (!own && find() is { } finding && !OffTheSlot.Is(operation.Operation))
            {
                found.Enqueue((operation.ContainingSymbol, Report(type, finding, place)));
            }
        }
    }

    private static Diagnostic Report(INamedTypeSymbol type, BlockingFinding finding, Location place)
        => Diagnostic.Create(
            Rules.BlockingCall, place, ImmutableDictionary<string, string?>.Empty.Add(Fix, finding.Fix.ToString()), finding.Name, finding.Instead, type.Name);

    private static Location Place(IPropertyReferenceOperation property)
        => property.Syntax is Microsoft.CodeAnalysis.CSharp.Syntax.MemberAccessExpressionSyntax access ? access.Name.GetLocation() : property.Syntax.GetLocation();

    /// <summary>The members of the class that run with the task.</summary>
    private static HashSet<ISymbol> Reach(IMethodSymbol run, IEnumerable<(ISymbol Caller, IMethodSymbol Called)> calls)
    {
        var reached = new HashSet<ISymbol>(SymbolEqualityComparer.Default) { run };
        bool more;
        do
        {
            more = false;
            foreach (var (caller, called) in calls)
            {
                more |= reached.Contains(caller) && reached.Add(called);
            }
        }
        while (more);
        return reached;
    }
}
