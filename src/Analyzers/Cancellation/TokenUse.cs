using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace HighPerf.Analyzers.Cancellation;

/// <summary>Where a call needs no token: it has one by another way, or should not have one.</summary>
internal static class TokenUse
{
    public static bool IsNotNeeded(IInvocationOperation call, KnownTypes known)
        => OnlyStarts(call.TargetMethod, known) || PassesOne(call, known) || IsWaitedForWithOne(call, known) || IsCleaningUp(call);

    // A token for Task.Run or ContinueWith only says whether the work begins.
    private static bool OnlyStarts(IMethodSymbol target, KnownTypes known)
        => SymbolEqualityComparer.Default.Equals(target.ContainingType.OriginalDefinition, known.TaskFactory)
            || (target.Name is "Run" or "ContinueWith" && known.IsAwaitable(target.ContainingType));

    private static bool PassesOne(IInvocationOperation call, KnownTypes known)
        => call.Arguments.Any(a => a.ArgumentKind != ArgumentKind.DefaultValue && OutsideOfLambdas(a.Value).Any(o => Carries(o.Type, known)))
            || (call.Instance is { } instance && Carries(instance.Type, known));

    private static bool Carries(ITypeSymbol? type, KnownTypes known) => known.IsToken(type) || known.IsContext(type) || known.IsTokenSource(type);

    // x.ReadAsync().WaitAsync(token), sequence.WithCancellation(token)
    private static bool IsWaitedForWithOne(IInvocationOperation call, KnownTypes known)
    {
        foreach (var parent in Operations.Parents(call))
        {
            if (parent is IInvocationOperation outer)
            {
                if (outer.Arguments.Any(a => a.ArgumentKind == ArgumentKind.Explicit && known.IsToken(a.Value.Type)))
                {
                    return true;
                }
            }
            else if (parent is not (IArgumentOperation or IConversionOperation or IParenthesizedOperation))
            {
                return false;
            }
        }

        return false;
    }

    // What is undone after a cancellation must not be cancelled by it.
    private static bool IsCleaningUp(IOperation call)
    {
        var child = call;
        foreach (var parent in Operations.Parents(call))
        {
            if (parent is ICatchClauseOperation || (parent is ITryOperation @try && @try.Finally == child))
            {
                return true;
            }

            child = parent;
        }

        return false;
    }

    private static IEnumerable<IOperation> OutsideOfLambdas(IOperation operation)
    {
        yield return operation;
        foreach (var child in operation.ChildOperations)
        {
            if (child is IAnonymousFunctionOperation)
            {
                continue;
            }

            foreach (var inner in OutsideOfLambdas(child))
            {
                yield return inner;
            }
        }
    }
}
