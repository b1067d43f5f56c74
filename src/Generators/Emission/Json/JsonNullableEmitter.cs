using HighPerf.Generators.Model;

namespace HighPerf.Generators.Emission.Json;

/// <summary>Bodies of helpers for nullable structs: null or the value.</summary>
internal static class JsonNullableEmitter
{
    public static void Write(SourceWriter output, JsonCodecEmitter codec, Shape shape)
    {
        output.Open("if (!value.HasValue)");
        output.Line("writer.WriteNull();");
        output.Line("return;");
        output.CloseMember();
        output.Line(codec.Write(Inner(shape), "value.GetValueOrDefault()"));
    }

    public static void Read(SourceWriter output, JsonCodecEmitter codec, Shape shape)
        => output.Line($"return reader.TryReadNull() ? default({shape.TypeName}) : {codec.Read(Inner(shape))};");

    private static Shape Inner(Shape shape) => shape is NullableShape nullable ? nullable.Value : ((FixedShape)shape).Parts[0];
}
