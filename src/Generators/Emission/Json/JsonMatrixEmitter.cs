using System.Linq;
using HighPerf.Generators.Model;

namespace HighPerf.Generators.Emission.Json;

/// <summary>Bodies of helpers for arrays of several dimensions: an object with the lengths and, row by row, the values. Arrays in arrays would lose lengths beside one that is 0.</summary>
internal static class JsonMatrixEmitter
{
    public static void Write(SourceWriter output, JsonCodecEmitter codec, MatrixShape shape)
    {
        output.Open("if (value is null)");
        output.Line("writer.WriteNull();");
        output.Line("return;");
        output.CloseMember();
        output.Line("writer.StartObject();");
        output.Line("writer.Name(\"lengths\"u8);");
        output.Line("writer.StartArray();");
        for (var i = 0; i < shape.Rank; i++)
        {
            output.Line($"writer.WriteInteger(value.GetLength({i}));");
        }

        output.Line("writer.EndArray();");
        output.Line("writer.Name(\"values\"u8);");
        output.Line("writer.StartArray();");
        output.Open($"foreach (ref readonly var item in {Source.Writer}.AsSpan<{shape.ElementTypeName}>(value))");
        output.Line(codec.Write(shape.Element, "item"));
        output.CloseMember();
        output.Line("writer.EndArray();");
        output.Line("writer.EndObject();");
    }

    public static void Read(SourceWriter output, JsonCodecEmitter codec, MatrixShape shape)
    {
        var sizes = new SequenceShape("int[]", SequenceKind.Array, FixedShape.Of("int", FixedKind.Plain, 4, 4), "int");
        var values = new SequenceShape($"global::System.Collections.Generic.List<{shape.ElementTypeName}>", SequenceKind.List, shape.Element, shape.ElementTypeName);
        output.Open("if (reader.TryReadNull())");
        output.Line("return null;");
        output.CloseMember();
        output.Line("reader.StartObject();");
        output.Line("var seen = 0UL;");
        output.Line("int[]? sizes = null;");
        output.Line($"{values.TypeName}? items = null;");
        output.Open("while (reader.NextMember(out var name))");
        Member(output, "lengths", 1, $"sizes = {codec.Read(sizes)};");
        output.Open("else if (global::System.MemoryExtensions.SequenceEqual(name, \"values\"u8))");
        output.Line("seen = reader.Once(seen, 2, name);");
        output.Line($"items = {codec.Read(values)};");
        output.Close();
        output.Open("else");
        output.Line("reader.SkipUnknown(name);");
        output.Close();
        output.CloseMember();
        output.Line($"reader.CheckLengths(sizes, {shape.Rank}, items?.Count ?? -1);");
        output.Line($"var value = new {shape.ElementTypeName}[{string.Join(", ", Enumerable.Range(0, shape.Rank).Select(i => $"sizes![{i}]"))}];");
        output.Line($"global::System.Runtime.InteropServices.CollectionsMarshal.AsSpan(items).CopyTo({Source.Writer}.AsSpan<{shape.ElementTypeName}>(value));");
        output.Line("return value;");
    }

    private static void Member(SourceWriter output, string name, int bit, string read)
    {
        output.Open($"if (global::System.MemoryExtensions.SequenceEqual(name, \"{name}\"u8))");
        output.Line($"seen = reader.Once(seen, {bit}, name);");
        output.Line(read);
        output.Close();
    }
}
