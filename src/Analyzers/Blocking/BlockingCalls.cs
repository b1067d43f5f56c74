using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace HighPerf.Analyzers.Blocking;

/// <summary>Which calls wait on the thread, and what to use instead. Only calls that have something to use instead are here.</summary>
internal static class BlockingCalls
{
    /// <summary>Type → methods whose counterpart has the same name with Async behind it and takes the same arguments.</summary>
    private static readonly Dictionary<string, string[]> WithAsync = new()
    {
        ["System.IO.File"] =
        [
            "ReadAllText", "ReadAllLines", "ReadAllBytes", "WriteAllText", "WriteAllLines", "WriteAllBytes", "AppendAllText", "AppendAllLines", "AppendAllBytes",
        ],
        ["System.IO.Stream"] = ["Read", "ReadExactly", "ReadAtLeast", "Write", "Flush", "CopyTo"],
        ["System.IO.StreamReader"] = ["Read", "ReadBlock", "ReadLine", "ReadToEnd"],
        ["System.Net.Http.HttpClient"] = ["Send"],
        ["System.Net.Dns"] = ["GetHostAddresses", "GetHostEntry"],
        ["System.Net.Sockets.Socket"] = ["Accept", "Connect", "Receive", "Send"],
        ["System.Net.Sockets.TcpClient"] = ["Connect"],
        ["System.Net.Sockets.UdpClient"] = ["Send"],
        ["System.Net.WebRequest"] = ["GetResponse", "GetRequestStream"],
        ["System.Data.Common.DbConnection"] = ["Open", "BeginTransaction"],
        ["System.Data.Common.DbCommand"] = ["ExecuteNonQuery", "ExecuteReader", "ExecuteScalar"],
        ["System.Data.Common.DbDataReader"] = ["Read", "NextResult"],
        ["System.Data.Common.DbTransaction"] = ["Commit", "Rollback"],
        ["System.Diagnostics.Process"] = ["WaitForExit"],
        ["System.Threading.SemaphoreSlim"] = ["Wait"],
    };

    /// <summary>Streams that wait for something outside of the process. The others compute: compressing, encrypting, or reading from memory.</summary>
    private static readonly HashSet<string> WaitingStreams =
    [
        "System.IO.Stream", "System.IO.FileStream", "System.IO.Pipes.PipeStream", "System.Net.Sockets.NetworkStream", "System.Net.Security.SslStream",
    ];

    /// <summary>Their asynchronous methods block, too.</summary>
    private static readonly string[] Embedded = ["Microsoft.Data.Sqlite.", "System.Data.SQLite."];

    public static BlockingFinding? Find(IInvocationOperation call, KnownTypes known)
    {
        var target = call.TargetMethod;
        var name = target.Name;
        var type = Operations.FullName(target.ContainingType);
        if (type == "System.Threading.Thread" && name == "Sleep")
        {
            return IsZero(call.Arguments[0].Value) ? null : new BlockingFinding("Thread.Sleep", "await Task.Delay", BlockingFix.Sleep);
        }

        if (known.IsAwaitable(target.ContainingType))
        {
            return OfTask(call, name);
        }

        if (name == "GetResult" && call.Instance is { } awaiter && Operations.Unwrap(awaiter) is IInvocationOperation { TargetMethod.Name: "GetAwaiter" } getAwaiter && getAwaiter.Instance is { } task)
        {
            return IsTaskLike(task, known) && !CompletedTask.Is(task, known) ? new BlockingFinding("GetAwaiter().GetResult()", "await", BlockingFix.GetResult) : null;
        }

        return Listed(call, target) && !Returns(call, target) ? new BlockingFinding(target.ContainingType.Name + "." + name, "await " + name + "Async", BlockingFix.Async) : null;
    }

    public static BlockingFinding? Find(IPropertyReferenceOperation property, KnownTypes known)
        => property.Property.Name == "Result" && known.IsAwaitable(property.Property.ContainingType) && property.Instance is { } task
            && !CompletedTask.Is(task, known) && !Operations.Parents(property).Any(static p => p is INameOfOperation)
            ? new BlockingFinding("Result", "await", BlockingFix.Result)
            : null;

    private static BlockingFinding? OfTask(IInvocationOperation call, string name) => name switch
    {
        "Wait" when call.Instance is { } task && !CompletedTask.Is(task, null) && !call.Arguments.Any(a => IsZero(a.Value))
            => new BlockingFinding("Task.Wait", "await", call.Arguments.Length == 0 ? BlockingFix.Wait : BlockingFix.None),
        "WaitAll" => new BlockingFinding("Task.WaitAll", "await Task.WhenAll", call.Arguments.Length == 1 ? BlockingFix.WaitAll : BlockingFix.None),
        "WaitAny" => new BlockingFinding("Task.WaitAny", "await Task.WhenAny", BlockingFix.None),
        _ => null,
    };

    private static bool IsTaskLike(IOperation operation, KnownTypes known)
    {
        var inner = Operations.Unwrap(operation);
        return known.IsAwaitable(inner.Type)
            || (inner is IInvocationOperation { TargetMethod.Name: "ConfigureAwait", Instance: { } task } && known.IsAwaitable(task.Type));
    }

    private static bool Listed(IInvocationOperation call, IMethodSymbol target)
    {
        for (var type = target.ContainingType; type is not null; type = type.BaseType)
        {
            var name = Operations.FullName(type);
            if (WithAsync.TryGetValue(name, out var methods) && methods.Contains(target.Name))
            {
                return name != "System.IO.Stream" || Waits(call);
            }
        }

        return false;
    }

    private static bool Waits(IInvocationOperation call)
    {
        for (var type = call.Instance?.Type; type is not null; type = type.BaseType)
        {
            var name = Operations.FullName(type);
            if (name != "System.IO.Stream" && WaitingStreams.Contains(name))
            {
                return true;
            }

            if (name == "System.IO.Stream")
            {
                // Just a stream: could be anything, unless the variable says what it was made of.
                return SymbolEqualityComparer.Default.Equals(type, call.Instance!.Type) && Initializer.TypeOf(call.Instance) is var made
                    && (made is null || WaitingStreams.Contains(Operations.FullName(made)));
            }
        }

        return false;
    }

    // What returns at once, and what has nothing to be replaced with.
    private static bool Returns(IInvocationOperation call, IMethodSymbol target)
        => (target.Name is "Wait" or "WaitForExit" && call.Arguments.Any(static a => IsZero(a.Value)))
            || Embedded.Any(e => Operations.FullName(target.ContainingType).StartsWith(e, System.StringComparison.Ordinal))
            || (call.Instance is { } instance && Embedded.Any(e => instance.Type is { } type && Operations.FullName(type).StartsWith(e, System.StringComparison.Ordinal)))
            || (target.ContainingType.Name == "StreamReader" && call.Instance is { } reader && Initializer.IsOverMemory(reader));

    private static bool IsZero(IOperation value)
        => value.ConstantValue is { HasValue: true, Value: 0 } || Operations.Unwrap(value) is IFieldReferenceOperation { Field: { Name: "Zero", ContainingType.Name: "TimeSpan" } };
}
