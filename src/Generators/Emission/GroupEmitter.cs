using HighPerf.Generators.Model;

namespace HighPerf.Generators.Emission;

/// <summary>Bodies of helpers for groupings and lookups.</summary>
internal static class GroupEmitter
{
    public static void Write(SourceWriter output, CodecEmitter codec, GroupShape shape)
    {
        output.Open("if (value is null)");
        output.Line(shape.IsLookup ? "writer.WriteCollectionHeader(-1);" : "writer.WriteNullObject();");
        output.Line("return;");
        output.CloseMember();
        if (shape.IsLookup)
        {
            output.Line("writer.WriteCollectionHeader(value.Count);");
            output.Open("foreach (var group in value)");
            output.Line(codec.Write(shape.Grouping, "group"));
            output.Close();
            return;
        }

        output.Line("writer.WriteObjectHeader(2);");
        output.Line(codec.Write(shape.Key, "value.Key"));
        output.Line(codec.Write(shape.Elements, "value"));
    }

    public static void Read(SourceWriter output, CodecEmitter codec, GroupShape shape)
    {
        var arguments = $"<{shape.KeyTypeName}, {shape.Elements.ElementTypeName}>";
        if (!shape.IsLookup)
        {
            SimpleEmitter.ReadExactHeader(output, 2, "A grouping");
            output.Line($"var key = {codec.Read(shape.Key)};");
            output.Line($"return new global::HighPerf.MessageGrouping{arguments}(key, {codec.Read(shape.Elements)} ?? []);");
            return;
        }

        output.Line("var count = reader.ReadCollectionHeader(1);");
        output.Open("if (count < 0)");
        output.Line("return null;");
        output.CloseMember();
        output.Line($"var items = new global::HighPerf.MessageLookup{arguments}();");
        SequenceReadEmitter.Loop(output, 1, shape);
        output.Open($"if (!items.TryAdd({codec.Read(shape.Grouping)}))");
        output.Line($"throw new {Source.FormatException}(\"A lookup has a key twice, or a null key.\", reader.Position);");
        output.Close();
        output.CloseMember();
        output.Line("return items;");
    }
}
