using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace HighPerf.Analyzers.Cancellation;

/// <summary>HP0018 and HP0019: what a task waits for gets the task's token.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class TokenAnalyzer : DiagnosticAnalyzer
{
    /// <summary>Property of a diagnostic: the expression to pass.</summary>
    internal const string Token = "token";

    /// <summary>Property of a diagnostic: a <see cref="TokenArgument"/>, or several with semicolons between, one for each additional location.</summary>
    internal const string Argument = "argument";

    /// <inheritdoc/>
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => ImmutableArray.Create(Rules.TokenNotPassed, Rules.TokenNotTaken);

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
        if (known.TaskAttribute(type) is null || KnownTypes.RunMethod(type) is not { } run)
        {
            return;
        }

        var without = new ConcurrentQueue<(IInvocationOperation Call, TokenArgument Argument)>();
        context.RegisterOperationAction(
            operation =>
            {
                var call = (IInvocationOperation)operation.Operation;
                if (operation.ContainingSymbol is IMethodSymbol method && IsPartOfTheTask(method, run)
                    && (known.IsAwaitable(call.TargetMethod.ReturnType) || known.IsAsyncSequence(call.TargetMethod.ReturnType)))
                {
                    Check(operation, call, method);
                }
            },
            OperationKind.Invocation);
        context.RegisterSymbolEndAction(end => ReportWithout(end, type, run, without));

        void Check(OperationAnalysisContext operation, IInvocationOperation call, IMethodSymbol method)
        {
            var token = TokenInHand.Find(call, method, known);
            var couldTake = token is null && SymbolEqualityComparer.Default.Equals(method, run) && TokenInHand.Of(run.Parameters, known) is null && !IsInStaticFunction(call);
            if ((token is null && !couldTake) || TokenUse.IsNotNeeded(call, known) || TokenOverload.Find(call, known, operation.Compilation, type) is not { } argument)
            {
                return;
            }

            if (token is null)
            {
                without.Enqueue((call, argument));
                return;
            }

            var properties = ImmutableDictionary<string, string?>.Empty.Add(Token, token).Add(Argument, argument.ToString());
            operation.ReportDiagnostic(Diagnostic.Create(Rules.TokenNotPassed, Operations.NameOf(call), properties, call.TargetMethod.Name, token));
        }
    }

    // Private methods are the task's own; one that takes a token promises to pass it on.
    private static bool IsPartOfTheTask(IMethodSymbol method, IMethodSymbol run)
        => SymbolEqualityComparer.Default.Equals(method, run) || method is { DeclaredAccessibility: Accessibility.Private, MethodKind: MethodKind.Ordinary };

    private static bool IsInStaticFunction(IOperation operation)
        => Operations.Parents(operation).Any(static p => p is IAnonymousFunctionOperation { Symbol.IsStatic: true } or ILocalFunctionOperation { Symbol.IsStatic: true });

    private static void ReportWithout(SymbolAnalysisContext context, INamedTypeSymbol type, IMethodSymbol run, ConcurrentQueue<(IInvocationOperation Call, TokenArgument Argument)> without)
    {
        var calls = without.OrderBy(static c => c.Call.Syntax.SpanStart).ToList();
        if (calls.Count == 0 || run.Locations.FirstOrDefault() is not { IsInSource: true } place)
        {
            return;
        }

        var properties = ImmutableDictionary<string, string?>.Empty.Add(Argument, string.Join(";", calls.Select(static c => c.Argument.ToString())));
        var others = calls.Select(static c => Operations.NameOf(c.Call));
        context.ReportDiagnostic(Diagnostic.Create(Rules.TokenNotTaken, place, others, properties, type.Name, calls[0].Call.TargetMethod.Name, run.Name));
    }
}
