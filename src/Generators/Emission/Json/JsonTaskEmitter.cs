using System.Linq;
using HighPerf.Generators.Model;
using HighPerf.Generators.Parsing;

namespace HighPerf.Generators.Emission.Json;

/// <summary>The JSON part of a task: its arguments and its result.</summary>
internal static class JsonTaskEmitter
{
    public static string Emit(TaskModel model)
    {
        var output = new SourceWriter();
        var codec = new JsonCodecEmitter(model.Inlined);
        output.Line(Source.Prologue);
        Source.OpenType(output, model.Type);
        Arguments(output, codec, model);
        output.Line(Source.Hidden);
        output.Line(Source.GeneratedCode);
        output.Open("internal static class HighPerfJson");
        output.Line($"internal static global::HighPerf.JsonCodec Codec => new global::HighPerf.JsonTaskCodec<{model.Type.FullName}.Arguments, {model.ResultTypeName}>();");
        output.Line();
        Read(output, codec, model);
        JsonMembersEmitter.Find(output, "Find", model.Arguments.Select(a => (string?)NameOf(a)).ToList());
        codec.EmitHelpers(output);
        output.Close();
        Source.CloseType(output, model.Type);
        return output.ToString();
    }

    private static void Arguments(SourceWriter output, JsonCodecEmitter codec, TaskModel model)
    {
        var self = model.Type.FullName + ".Arguments";
        var typed = $"global::HighPerf.ITaskArguments<{self}, {model.ResultTypeName}>";
        output.Open($"{(model.Run.IsPublic ? "public" : "internal")} readonly partial struct Arguments");
        output.Open($"static void global::HighPerf.ITaskArguments<{self}>.WriteJson({JsonSource.Writer} writer, in {self} arguments)");
        output.Line("writer.StartObject();");
        foreach (var argument in model.Arguments)
        {
            output.Line($"writer.Name({Literals.Text(NameOf(argument))}u8);");
            output.Line(codec.Write(argument.Shape, $"arguments.{argument.Name}"));
        }

        output.Line("writer.EndObject();");
        output.CloseMember();
        output.Line($"static {self} global::HighPerf.ITaskArguments<{self}>.ReadJson(ref {JsonSource.Reader} reader) => HighPerfJson.ReadArguments(ref reader);");
        output.Line();
        output.Open($"static void {typed}.WriteJsonResult({JsonSource.Writer} writer, {model.ResultTypeName} result)");
        output.Line(model.Result is null ? "writer.WriteNull();" : codec.Write(model.Result, "result"));
        output.CloseMember();
        output.Open($"static {model.ResultTypeName} {typed}.ReadJsonResult(ref {JsonSource.Reader} reader)");
        if (model.Result is null)
        {
            output.Line("reader.Skip();");
        }

        output.Line(model.Result is null ? "return default;" : $"return {codec.Read(model.Result)};");
        output.CloseMember();
        output.CloseMember();
    }

    private static void Read(SourceWriter output, JsonCodecEmitter codec, TaskModel model)
    {
        var self = model.Type.FullName + ".Arguments";
        output.Open($"internal static {self} ReadArguments(ref {JsonSource.Reader} reader)");
        for (var i = 0; i < model.Arguments.Count; i++)
        {
            var argument = model.Arguments[i];
            var given = argument.DefaultValue is null or "default" or "default!" ? argument.Shape.IsReference ? "default!" : "default" : argument.DefaultValue;
            output.Line($"{argument.Shape.TypeName} m{i} = {given};");
        }

        JsonMembersEmitter.Words(output, model.Arguments.Count);
        output.Line("var position = reader.StartArguments();");
        output.Open("while (reader.NextArgument(ref position, out var name))");
        output.Open("switch (position >= 0 ? position : Find(name))");
        for (var i = 0; i < model.Arguments.Count; i++)
        {
            JsonMembersEmitter.Case(output, i, $"m{i} = {codec.Read(model.Arguments[i].Shape)};");
        }

        output.Line("default:");
        output.Line("    reader.SkipUnknownArgument(position, name);");
        output.Line("    break;");
        output.Close();
        output.CloseMember();
        for (var i = 0; i < model.Arguments.Count; i++)
        {
            if (model.Arguments[i].IsRequired)
            {
                JsonMembersEmitter.Require(output, i, NameOf(model.Arguments[i]));
            }
        }

        output.Line($"return new {self}({string.Join(", ", Enumerable.Range(0, model.Arguments.Count).Select(i => $"m{i}"))});");
        output.CloseMember();
    }

    private static string NameOf(ArgumentModel argument) => JsonNames.CamelCase(argument.Name.TrimStart('@'));
}
