using HighPerf.Generators.Model;

namespace HighPerf.Generators.Emission;

/// <summary>The generated part of a class that formats the union of a type that is not annotated itself.</summary>
internal static class UnionFormatterEmitter
{
    public static string Emit(UnionFormatterModel model)
    {
        var output = new SourceWriter();
        var codec = new CodecEmitter(model.Inlined);
        var type = model.Body.TypeName;
        output.Line(Source.Prologue);
        Source.OpenType(output, model.Type, $"global::HighPerf.IMessageFormatter<{type}>");
        output.Line("/// <summary>Writes a value.</summary>");
        output.Line(Source.GeneratedCode);
        output.Open($"public static void Write(ref {Source.Writer} writer, {type}? value)");
        BodyWriteEmitter.Emit(output, codec, model.Body);
        output.CloseMember();
        output.Line("/// <summary>Reads a value.</summary>");
        output.Line(Source.GeneratedCode);
        output.Open($"public static {type}? Read(ref {Source.Reader} reader)");
        BodyReadEmitter.Emit(output, codec, model.Body, "Read");
        output.CloseMember();
        output.Line(Source.Hidden);
        output.Line(Source.GeneratedCode);
        output.Open("internal static class HighPerfGenerated");
        codec.EmitHelpers(output);
        output.Close();
        Source.CloseType(output, model.Type);
        return output.ToString();
    }
}
