using System.Linq;
using HighPerf.Generators.Contracts;
using HighPerf.Generators.Model;
using HighPerf.Generators.Parsing;

namespace HighPerf.Generators.Emission;

/// <summary>
/// The task handler. Arguments are decoded before anything is awaited, because their bytes are borrowed. An attempt that completes at once takes no state machine;
/// the slow path is a method of its own with a pooled builder.
/// </summary>
internal static class HandlerEmitter
{
    private const string Pooled = "[global::System.Runtime.CompilerServices.AsyncMethodBuilder(typeof(global::System.Runtime.CompilerServices.PoolingAsyncValueTaskMethodBuilder))]";
    private const string Invocation = "global::HighPerf.TaskInvocation invocation";
    private const string ValueTask = "global::System.Threading.Tasks.ValueTask";

    public static void Emit(SourceWriter output, CodecEmitter codec, TaskModel model)
    {
        output.Open("private sealed class Runner : global::HighPerf.TaskHandler");
        if (model.Instance == InstanceKind.Shared)
        {
            output.Line("// One for all attempts: the task has no services and no state.");
            output.Line($"private static readonly {model.Type.FullName} Instance = new {model.Type.FullName}();");
            output.Line();
        }

        output.Line("public override global::HighPerf.TaskDescriptor Descriptor => Task;");
        output.Line();
        output.Open($"public override {ValueTask} InvokeAsync({Invocation})");
        if (model.Arguments.Any(a => a.View is not null))
        {
            ReadViews(output, codec, model);
        }
        else if (model.Arguments.Count > 0)
        {
            output.Line($"var reader = {Source.Reader}.OfBody(invocation.Arguments);");
            output.Line($"var arguments = {ReadArguments(model)};");
        }

        if (model.Instance is InstanceKind.Disposable or InstanceKind.AsyncDisposable)
        {
            var arguments = model.Arguments.Count > 0 ? ", arguments" : "";
            output.Line($"return RunAndDisposeAsync(invocation, {NewTask(model)}{arguments});");
        }
        else
        {
            Invoke(output, model);
        }

        output.CloseMember();
        if (model.Instance is InstanceKind.Disposable or InstanceKind.AsyncDisposable)
        {
            RunAndDispose(output, model);
        }
        else if (model.Run.Returns is ReturnKind.TaskOfValue or ReturnKind.ValueTaskOfValue)
        {
            Complete(output, model);
        }

        if (model.Result is not null)
        {
            output.Open($"private static void WriteResult({Invocation}, {model.ResultTypeName} result)");
            output.Line($"var writer = new {Source.Writer}(invocation.Result);");
            output.Line(codec.Write(model.Result, "result"));
            output.Line("writer.Flush();");
            output.CloseMember();
        }

        output.CloseMember();
    }

    private static void Invoke(SourceWriter output, TaskModel model)
    {
        var target = model.Instance switch
        {
            InstanceKind.None => model.Type.FullName,
            InstanceKind.Shared => "Instance",
            _ => NewTask(model),
        };
        var call = Call(model, target);
        switch (model.Run.Returns)
        {
            case ReturnKind.Void:
                output.Line($"{call};");
                output.Line("return default;");
                break;
            case ReturnKind.Value:
                output.Line($"WriteResult(invocation, {call});");
                output.Line("return default;");
                break;
            case ReturnKind.Task:
                output.Line($"return new {ValueTask}({call});");
                break;
            case ReturnKind.ValueTask:
                output.Line($"return {call};");
                break;
            default:
                output.Line($"var pending = {call};");
                output.Open("if (pending.IsCompletedSuccessfully)");
                output.Line("WriteResult(invocation, pending.Result);");
                output.Line("return default;");
                output.CloseMember();
                output.Line("return CompleteAsync(invocation, pending);");
                break;
        }
    }

    private static void Complete(SourceWriter output, TaskModel model)
    {
        var kind = model.Run.Returns == ReturnKind.TaskOfValue ? "Task" : "ValueTask";
        output.Line(Pooled);
        output.Open($"private static async {ValueTask} CompleteAsync({Invocation}, global::System.Threading.Tasks.{kind}<{model.ResultTypeName}> pending)");
        output.Line("WriteResult(invocation, await pending.ConfigureAwait(false));");
        output.CloseMember();
    }

    private static void RunAndDispose(SourceWriter output, TaskModel model)
    {
        var isAsync = model.Instance == InstanceKind.AsyncDisposable || model.Run.Returns is not (ReturnKind.Void or ReturnKind.Value);
        var arguments = model.Arguments.Count > 0 ? $", {model.Type.FullName}.Arguments arguments" : "";
        if (isAsync)
        {
            output.Line(Pooled);
        }

        output.Open($"private static {(isAsync ? "async " : "")}{ValueTask} RunAndDisposeAsync({Invocation}, {model.Type.FullName} task{arguments})");
        output.Open("try");
        var call = Call(model, "task");
        output.Line(model.Run.Returns switch
        {
            ReturnKind.Void => $"{call};",
            ReturnKind.Value => $"WriteResult(invocation, {call});",
            ReturnKind.Task or ReturnKind.ValueTask => $"await {call}.ConfigureAwait(false);",
            _ => $"WriteResult(invocation, await {call}.ConfigureAwait(false));",
        });
        if (!isAsync)
        {
            output.Line("return default;");
        }

        output.Close();
        output.Open("finally");
        output.Line(model.Instance == InstanceKind.AsyncDisposable
            ? "await ((global::System.IAsyncDisposable)task).DisposeAsync().ConfigureAwait(false);"
            : "((global::System.IDisposable)task).Dispose();");
        output.Close();
        output.CloseMember();
    }

    private static string NewTask(TaskModel model)
        => $"new {model.Type.FullName}({string.Join(", ", model.Services.Select(s => $"invocation.GetRequiredService<{s}>()"))})";

    /// <summary>Where the task takes views, arguments are locals: a view cannot stand in the struct of the arguments.</summary>
    private static void ReadViews(SourceWriter output, CodecEmitter codec, TaskModel model)
    {
        var count = model.Arguments.Count;
        var upcast = UpcastEmitter.IsNeeded(model);
        output.Line($"var reader = {Source.Reader}.OfBody(invocation.Arguments);");
        for (var i = 0; i < count; i++)
        {
            output.Line($"{model.Arguments[i].View ?? model.Arguments[i].TypeName} a{i};");
        }

        output.Open($"if (!invocation.IsJson && {(upcast ? "invocation.Fingerprint == Task.Message.Fingerprint && " : "")}reader.TryReadObjectHeader({count}, {Literals.Text(model.Message.WireName)}, out var count) && count == {count})");
        for (var i = 0; i < count; i++)
        {
            output.Line($"a{i} = {(model.Arguments[i].View is { } view ? $"{view}.Read(ref reader)" : codec.Read(model.Arguments[i].Shape))};");
        }

        output.Close();
        output.Open("else");
        output.Line("// Another version sent it, or it is JSON.");
        output.Line($"reader = {Source.Reader}.OfBody(invocation.Arguments);");
        output.Line($"var arguments = {ReadArguments(model)};");
        for (var i = 0; i < count; i++)
        {
            var argument = $"arguments.{model.Arguments[i].Name}";
            output.Line($"a{i} = {(model.Arguments[i].View is { } view ? $"{view}.Of({argument})" : argument)};");
        }

        output.CloseMember();
    }

    private static string ReadArguments(TaskModel model)
        => $"invocation.IsJson ? invocation.ReadJson<{model.Type.FullName}.Arguments>() : ReadArguments(ref reader{(UpcastEmitter.IsNeeded(model) ? ", invocation.Fingerprint" : "")})";

    private static string Call(TaskModel model, string target)
    {
        var hasViews = model.Arguments.Any(a => a.View is not null);
        var arguments = model.Run.Parameters.Select(p => p.Kind switch
        {
            RunParameterKind.Context => "invocation.Context",
            RunParameterKind.CancellationToken => "invocation.Context.CancellationToken",
            _ => hasViews ? $"a{model.Arguments.Select(a => a.Name).ToList().IndexOf(p.Name)}" : $"arguments.{p.Name}",
        });
        return $"{target}.{model.Run.Name}({string.Join(", ", arguments)})";
    }
}
