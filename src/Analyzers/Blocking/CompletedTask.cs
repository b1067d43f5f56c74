using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace HighPerf.Analyzers.Blocking;

/// <summary>Tasks that the code has seen complete: taking their result does not block.</summary>
internal static class CompletedTask
{
    public static bool Is(IOperation task, KnownTypes? known)
    {
        task = Operations.Unwrap(task);
        while (task is IInvocationOperation { TargetMethod.Name: "ConfigureAwait" or "AsTask", Instance: { } inner })
        {
            task = Operations.Unwrap(inner);
        }

        if (task is IInvocationOperation { TargetMethod: { IsStatic: true, Name: "FromResult" or "FromException" or "FromCanceled" } factory })
        {
            return factory.ContainingType.Name is "Task" or "ValueTask";
        }

        // The last one is a property pattern, which has asked for IsCompleted beside Result.
        if (task is IPropertyReferenceOperation { Property.Name: "CompletedTask" } or IAwaitOperation or IInstanceReferenceOperation)
        {
            return true;
        }

        return Symbol(task) is { } symbol
            ? WasSeen(task, symbol) || IsAntecedent(symbol, known) || (IsElement(symbol, task) && AllWereAwaited(task))
            : task is IArrayElementReferenceOperation or IPropertyReferenceOperation { Property.IsIndexer: true } && AllWereAwaited(task);
    }

    private static ISymbol? Symbol(IOperation operation) => operation switch
    {
        ILocalReferenceOperation local => local.Local,
        IParameterReferenceOperation parameter => parameter.Parameter,
        IFieldReferenceOperation field => field.Field,
        _ => null,
    };

    // await task; await Task.WhenAll(task, other); task.IsCompletedSuccessfully
    private static bool WasSeen(IOperation use, ISymbol symbol)
    {
        foreach (var part in Bodies.Of(use).Descendants())
        {
            if (part.Syntax.SpanStart >= use.Syntax.SpanStart)
            {
                continue;
            }

            if (part is IAwaitOperation awaited && awaited.DescendantsAndSelf().Any(d => Refers(d, symbol)))
            {
                return true;
            }

            if (part is IPropertyReferenceOperation { Property.Name: "IsCompleted" or "IsCompletedSuccessfully" or "Status", Instance: { } instance } && Refers(instance, symbol))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Refers(IOperation operation, ISymbol symbol) => SymbolEqualityComparer.Default.Equals(Symbol(Operations.Unwrap(operation)), symbol);

    // task.ContinueWith(t => t.Result)
    private static bool IsAntecedent(ISymbol symbol, KnownTypes? known)
        => symbol is IParameterSymbol { ContainingSymbol: IMethodSymbol { MethodKind: MethodKind.AnonymousFunction } lambda }
            && lambda.Parameters.Length > 0 && SymbolEqualityComparer.Default.Equals(lambda.Parameters[0], symbol)
            && lambda.DeclaringSyntaxReferences.FirstOrDefault()?.GetSyntax().Parent?.Parent?.Parent is Microsoft.CodeAnalysis.CSharp.Syntax.InvocationExpressionSyntax
            {
                Expression: Microsoft.CodeAnalysis.CSharp.Syntax.MemberAccessExpressionSyntax { Name.Identifier.ValueText: "ContinueWith" },
            }
            && known is not null;

    // tasks.Select(t => t.Result), foreach (var t in tasks), await foreach (var t in Task.WhenEach(tasks))
    private static bool IsElement(ISymbol symbol, IOperation use) => symbol switch
    {
        IParameterSymbol { ContainingSymbol: IMethodSymbol { MethodKind: MethodKind.AnonymousFunction } } => true,
        ILocalSymbol => Operations.Parents(use).Any(p => p is IForEachLoopOperation loop && loop.Locals.Contains(symbol, SymbolEqualityComparer.Default)),
        _ => false,
    };

    private static bool AllWereAwaited(IOperation use)
        => Bodies.Of(use).Descendants().Any(part => part.Syntax.SpanStart < use.Syntax.SpanStart && part is IInvocationOperation { TargetMethod.Name: "WhenAll" or "WhenEach" });
}
