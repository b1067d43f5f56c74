using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace HighPerf.Analyzers.Blocking;

/// <summary>Code that is handed to a thread of its own.</summary>
internal static class OffTheSlot
{
    public static bool Is(IOperation operation)
    {
        foreach (var parent in Operations.Parents(operation))
        {
            if (parent is IArgumentOperation argument && TakesAway(argument) && (Operations.Unwrap(argument.Value) is IDelegateCreationOperation || IsInLambda(operation, argument)))
            {
                return true;
            }
        }

        return false;
    }

    private static bool TakesAway(IArgumentOperation argument) => argument.Parent switch
    {
        IInvocationOperation call => Operations.FullName(call.TargetMethod.ContainingType) switch
        {
            "System.Threading.Tasks.Task" => call.TargetMethod.Name is "Run" or "ContinueWith",
            "System.Threading.Tasks.TaskFactory" => call.TargetMethod.Name is "StartNew" or "ContinueWhenAll" or "ContinueWhenAny",
            "System.Threading.ThreadPool" or "System.Threading.Tasks.Parallel" => true,
            _ => false,
        },
        IObjectCreationOperation { Type: { } type } => Operations.FullName(type) is "System.Threading.Thread" or "System.Threading.Timer",
        _ => false,
    };

    private static bool IsInLambda(IOperation operation, IArgumentOperation argument)
        => Operations.Parents(operation).TakeWhile(p => p != argument).Any(static p => p is IAnonymousFunctionOperation);
}
