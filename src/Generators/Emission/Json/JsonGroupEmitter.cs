using HighPerf.Generators.Model;

namespace HighPerf.Generators.Emission.Json;

/// <summary>Bodies of helpers for lookups: an array of groupings.</summary>
internal static class JsonGroupEmitter
{
    public static void Write(SourceWriter output, JsonCodecEmitter codec, GroupShape shape)
    {
        output.Open("if (value is null)");
        output.Line("writer.WriteNull();");
        output.Line("return;");
        output.CloseMember();
        output.Line("writer.StartArray();");
        output.Open("foreach (var group in value)");
        output.Line(codec.Write(shape.Grouping, "group"));
        output.CloseMember();
        output.Line("writer.EndArray();");
    }

    public static void Read(SourceWriter output, JsonCodecEmitter codec, GroupShape shape)
    {
        output.Open("if (reader.TryReadNull())");
        output.Line("return null;");
        output.CloseMember();
        output.Line("reader.StartArray();");
        output.Line($"var items = new global::HighPerf.MessageLookup<{shape.KeyTypeName}, {shape.Elements.ElementTypeName}>();");
        output.Open("while (reader.NextElement())");
        output.Open($"if (!items.TryAdd({codec.Read(shape.Grouping)}))");
        output.Line("throw reader.DuplicateKey();");
        output.Close();
        output.CloseMember();
        output.Line("return items;");
    }
}
