using HighPerf.Generators.Model;

namespace HighPerf.Generators.Emission.Json;

/// <summary>The JSON part of a contract.</summary>
internal static class JsonContractEmitter
{
    public static string Emit(ContractModel model)
    {
        var output = new SourceWriter();
        var codec = new JsonCodecEmitter(model.Inlined);
        var name = model.Type.FullName;
        var type = model.Body.IsValueType ? name : name + "?";
        output.Line(Source.Prologue);
        Source.OpenType(output, model.Type);
        if (model.IsInterface)
        {
            // An interface implements another's static members explicitly or not at all.
            output.Line(Source.GeneratedCode);
            output.Line($"static void global::HighPerf.IMessage<{name}>.WriteJson({JsonSource.Writer} writer, in {type} value) => {name}.WriteJson(writer, value);");
            output.Line();
            output.Line(Source.GeneratedCode);
            output.Line($"static {type} global::HighPerf.IMessage<{name}>.ReadJson(ref {JsonSource.Reader} reader) => {name}.ReadJson(ref reader);");
            output.Line();
        }

        output.Line("/// <summary>Writes a value as JSON.</summary>");
        Method(output, $"public static void WriteJson({JsonSource.Writer} writer, in {type} value)");
        JsonBodyEmitter.Write(output, codec, model.Body);
        output.CloseMember();
        output.Line("/// <summary>Reads a value from JSON.</summary>");
        Method(output, $"public static {type} ReadJson(ref {JsonSource.Reader} reader)");
        JsonBodyEmitter.Read(output, codec, model.Body, "HighPerfJson.Find");
        output.CloseMember();
        Method(output, "internal static class HighPerfJson");
        output.Line($"internal static global::HighPerf.JsonCodec Codec => new global::HighPerf.JsonMessageCodec<{name}>();");
        output.Line();
        if (JsonBodyEmitter.Named(model.Body) is { } members)
        {
            JsonMembersEmitter.Find(output, "Find", members);
        }

        codec.EmitHelpers(output);
        output.Close();
        Source.CloseType(output, model.Type);
        return output.ToString();
    }

    private static void Method(SourceWriter output, string signature)
    {
        output.Line(Source.Hidden);
        output.Line(Source.GeneratedCode);
        output.Open(signature);
    }
}
