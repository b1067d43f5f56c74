using System.Linq;
using HighPerf.Generators.Contracts;
using HighPerf.Generators.Model;
using HighPerf.Generators.Parsing;

namespace HighPerf.Generators.Emission;

/// <summary>The generated part of a task: its arguments, Call and Step, descriptor and handler.</summary>
internal static class TaskEmitter
{
    public static string Emit(TaskModel model)
    {
        var output = new SourceWriter();
        var codec = new CodecEmitter(model.Inlined);
        output.Line(Source.Prologue);
        Source.OpenType(output, model.Type, "global::HighPerf.IDeclaration");
        output.Line(Source.GeneratedCode);
        output.Line("static global::HighPerf.MessageDescriptor global::HighPerf.IDeclaration.Descriptor => HighPerfGenerated.Task.Message;");
        output.Line();
        CallEmitter.Emit(output, codec, model);
        ArgumentsEmitter.Emit(output, codec, model);
        output.Line(Source.Hidden);
        output.Line(Source.GeneratedCode);
        output.Open("internal static class HighPerfGenerated");
        Descriptor(output, model);
        output.Line("internal static readonly global::HighPerf.TaskHandler Handler = new Runner();");
        output.Line();
        ArgumentsEmitter.EmitRead(output, codec, model);
        UpcastEmitter.Emit(output, model);
        ReadResult(output, codec, model);
        WriteResult(output, codec, model);
        HandlerEmitter.Emit(output, codec, model);
        codec.EmitHelpers(output);
        output.Close();
        Source.CloseType(output, model.Type);
        return output.ToString();
    }

    private static void Descriptor(SourceWriter output, TaskModel model)
    {
        var options = model.Options;
        output.Open($"internal static readonly global::HighPerf.TaskDescriptor Task = new({DescriptorEmitter.New(model.Message)})");
        output.Line($"ArgumentCount = {model.Arguments.Count},");
        output.Line($"HasResult = {(model.Result is null ? "false" : "true")},");
        output.Line($"MaxAttempts = {options.MaxAttempts},");
        output.Line($"Timeout = {Ticks(options.TimeoutTicks)},");
        output.Line($"HardTimeout = {Ticks(options.HardTimeoutTicks)},");
        output.Line($"Queue = {(options.Queue is null ? "null" : Literals.Text(options.Queue))},");
        output.Line($"Slot = (global::HighPerf.SlotKind){options.Slot},");
        output.Line($"Priority = (global::HighPerf.MessagePriority){options.Priority},");
        if (model.Subscription is { } subscription)
        {
            output.Line($"Subscribed = global::HighPerf.MessageDescriptor.Of<{subscription.TypeName}>(),");
        }

        output.Close(";");
        output.Line();
    }

    private static string Ticks(long ticks) => ticks == 0 ? "null" : $"global::System.TimeSpan.FromTicks({ticks}L)";

    private static void WriteResult(SourceWriter output, CodecEmitter codec, TaskModel model)
    {
        output.Open($"internal static void WriteResult(ref {Source.Writer} writer, {model.ResultTypeName} result)");
        if (model.Result is not null)
        {
            output.Line(codec.Write(model.Result, "result"));
        }

        output.CloseMember();
    }

    private static void ReadResult(SourceWriter output, CodecEmitter codec, TaskModel model)
    {
        output.Open($"internal static {model.ResultTypeName} ReadResult(ref {Source.Reader} reader)");
        output.Line(model.Result is null ? "return default;" : $"return {codec.Read(model.Result)};");
        output.CloseMember();
    }
}
