using System.Linq;
using HighPerf.Generators.Emission;
using HighPerf.Generators.Model;

namespace HighPerf.Generators.Contracts;

/// <summary>Reading messages of earlier versions.</summary>
internal static class UpcastEmitter
{
    /// <summary>True where a task's arguments are not always read in the one way.</summary>
    public static bool IsNeeded(TaskModel model) => model.Message.Schema.Upcasts.Count > 0 || model.Subscription is not null;

    /// <summary>The read method of an event or document that knows the fingerprint; only where an earlier version is read.</summary>
    public static void Emit(SourceWriter output, ContractModel model)
    {
        var schema = model.Message.Schema;
        if (schema.Upcasts.Count == 0)
        {
            return;
        }

        var self = model.Type.FullName;
        output.Line(Source.GeneratedCode);
        output.Open($"static {self}{(model.Body.IsValueType ? "" : "?")} global::HighPerf.IMessage<{self}>.Read(ref {Source.Reader} reader, ulong fingerprint)");
        output.Open("switch (fingerprint)");
        foreach (var upcast in schema.Upcasts)
        {
            Cases(output, upcast);
            output.Line(upcast.IsValueType
                ? $"    return {upcast.Method}({upcast.TypeName}.Read(ref reader));"
                : $"    return {upcast.TypeName}.Read(ref reader) is {{ }} v{upcast.From} ? {upcast.Method}(v{upcast.From}) : default;");
        }

        output.Line("default:");
        output.Line("    return Read(ref reader);");
        output.Close();
        output.CloseMember();
    }

    /// <summary>The read method of a task's arguments that knows the fingerprint: of the task's own earlier versions, and of the event's that it subscribes to.</summary>
    public static void Emit(SourceWriter output, TaskModel model)
    {
        if (!IsNeeded(model))
        {
            return;
        }

        var self = model.Type.FullName;
        output.Open($"internal static {self}.Arguments ReadArguments(ref {Source.Reader} reader, ulong fingerprint)");
        if (model.Message.Schema.Upcasts.Count > 0)
        {
            output.Open("switch (fingerprint)");
            foreach (var upcast in model.Message.Schema.Upcasts)
            {
                Cases(output, upcast);
                var value = upcast.IsValueType ? "" : $" ?? throw new {Source.FormatException}(\"A command has no arguments object.\", 0)";
                output.Line($"    return {self}.{upcast.Method}({upcast.TypeName}.Read(ref reader){value});");
            }

            output.CloseMember();
        }

        if (model.Subscription is { } subscription)
        {
            output.Open("if (fingerprint != Task.Message.Fingerprint && Task.Subscribed!.Reads(fingerprint))");
            output.Line("// The router passes an event on as it is, and says by which version it was written.");
            output.Line($"reader.TryReadObjectHeader(1, {Parsing.Literals.Text(model.Message.WireName)}, out _);");
            output.Line($"return new {self}.Arguments(ReadAs<{subscription.TypeName}>(ref reader, fingerprint)!);");
            output.CloseMember();
        }

        output.Line("return ReadArguments(ref reader);");
        output.CloseMember();
        if (model.Subscription is not null)
        {
            output.Open($"private static T? ReadAs<T>(ref {Source.Reader} reader, ulong fingerprint) where T : global::HighPerf.IMessage<T>");
            output.Line("return T.Read(ref reader, fingerprint);");
            output.CloseMember();
        }
    }

    private static void Cases(SourceWriter output, UpcastModel upcast)
    {
        foreach (var fingerprint in upcast.Fingerprints.Distinct())
        {
            output.Line($"case 0x{fingerprint:X16}UL:");
        }
    }
}
