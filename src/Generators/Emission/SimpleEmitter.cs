using HighPerf.Generators.Model;

namespace HighPerf.Generators.Emission;

/// <summary>Bodies of helpers for nullable structs with references, lazy values and what a formatter of the user's reads and writes.</summary>
internal static class SimpleEmitter
{
    public static void Emit(SourceWriter output, CodecEmitter codec, Shape shape, bool isWrite)
    {
        switch (shape)
        {
            case NullableShape nullable when isWrite:
                WriteOptional(output, codec, nullable.Value, "!value.HasValue", "value.GetValueOrDefault()");
                break;
            case NullableShape nullable:
                ReadExactHeader(output, 1, "A nullable struct");
                output.Line($"return {codec.Read(nullable.Value)};");
                break;
            case LazyShape lazy when isWrite:
                WriteOptional(output, codec, lazy.Value, "value is null", "value.Value");
                break;
            case LazyShape lazy:
                ReadExactHeader(output, 1, "A lazy value");
                output.Line($"var value = {codec.Read(lazy.Value)};");
                output.Line($"return new {lazy.TypeName}(value);");
                break;
            case FormatterShape formatter:
                Formatter(output, formatter, isWrite);
                break;
        }
    }

    /// <summary>Reads the header of an object that has all its members or is null.</summary>
    public static void ReadExactHeader(SourceWriter output, int members, string what)
    {
        output.Open($"if (!reader.TryReadObjectHeader({members}, \"{what}\", out var members))");
        output.Line("return null;");
        output.CloseMember();
        output.Open($"if (members != {members})");
        output.Line($"throw new {Source.FormatException}(\"{what} starts with {members} or 255.\", reader.Position);");
        output.CloseMember();
    }

    private static void WriteOptional(SourceWriter output, CodecEmitter codec, Shape value, string isNull, string expression)
    {
        output.Open($"if ({isNull})");
        output.Line("writer.WriteNullObject();");
        output.Line("return;");
        output.CloseMember();
        output.Line("writer.WriteObjectHeader(1);");
        output.Line(codec.Write(value, expression));
    }

    // Through a type parameter: a formatter may implement its interface explicitly, and for several types.
    private static void Formatter(SourceWriter output, FormatterShape shape, bool isWrite)
    {
        var type = shape.Nullable ? shape.TypeName + "?" : shape.TypeName;
        var constraint = $"where TFormatter : global::HighPerf.IMessageFormatter<{shape.TypeName}>";
        if (isWrite)
        {
            output.Line($"Call<{shape.Formatter}>(ref writer, value);");
            output.Line();
            output.Line($"static void Call<TFormatter>(ref {Source.Writer} writer, {type} value) {constraint} => TFormatter.Write(ref writer, value);");
        }
        else
        {
            output.Line($"return Call<{shape.Formatter}>(ref reader);");
            output.Line();
            output.Line($"static {type} Call<TFormatter>(ref {Source.Reader} reader) {constraint} => TFormatter.Read(ref reader);");
        }
    }
}
