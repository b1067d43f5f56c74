using System.Linq;
using HighPerf.Generators.Model;

namespace HighPerf.Generators.Emission;

/// <summary>Bodies of helpers for arrays of several dimensions.</summary>
internal static class MatrixEmitter
{
    private const string Marshal = "global::System.Runtime.InteropServices.MemoryMarshal";

    public static void Write(SourceWriter output, CodecEmitter codec, MatrixShape shape)
    {
        output.Open("if (value is null)");
        output.Line("writer.WriteNullObject();");
        output.Line("return;");
        output.CloseMember();
        output.Line("writer.WriteDimensions(value);");
        var items = $"{Source.Writer}.AsSpan<{shape.ElementTypeName}>(value)";
        if (shape.Element is FixedShape { MemoryIsEncoding: true })
        {
            output.Line($"writer.WriteRaw({Marshal}.AsBytes({items}));");
            return;
        }

        output.Open($"foreach (ref readonly var item in {items})");
        output.Line(codec.Write(shape.Element, "item"));
        output.Close();
    }

    public static void Read(SourceWriter output, CodecEmitter codec, MatrixShape shape)
    {
        output.Line($"global::System.Span<int> sizes = stackalloc int[{shape.Rank}];");
        output.Open($"if (!reader.TryReadDimensions(sizes, {shape.Element.MinimumSize}, out var count))");
        output.Line("return null;");
        output.CloseMember();
        var created = $"new {shape.ElementTypeName}[{string.Join(", ", Enumerable.Range(0, shape.Rank).Select(i => $"sizes[{i}]"))}]";
        if (shape.Element is FixedShape element)
        {
            output.Line($"ref byte run = ref reader.Take(count * {element.Size});");
            output.Line($"var value = {created};");
            output.Line($"var items = {Source.Writer}.AsSpan<{shape.ElementTypeName}>(value);");
            output.Open("for (var i = 0; i < items.Length; i++)");
            output.Line($"items[i] = {codec.Load(element, "run", $"i * {element.Size}")};");
            output.CloseMember();
        }
        else
        {
            // The dimensions are a claim until the elements were read.
            output.Line($"var items = new global::System.Collections.Generic.List<{shape.ElementTypeName}>(reader.Ahead<{shape.ElementTypeName}>(count));");
            SequenceReadEmitter.Loop(output, shape.Element.MinimumSize, shape.Element);
            output.Line($"items.Add({codec.Read(shape.Element)});");
            output.CloseMember();
            output.Line($"var value = {created};");
            output.Line($"global::System.Runtime.InteropServices.CollectionsMarshal.AsSpan(items).CopyTo({Source.Writer}.AsSpan<{shape.ElementTypeName}>(value));");
        }

        output.Line("return value;");
    }
}
