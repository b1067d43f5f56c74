using System.Linq;
using HighPerf.Generators.Model;

namespace HighPerf.Generators.Emission;

/// <summary>Bodies of helpers for tuples and pairs.</summary>
internal static class TupleEmitter
{
    public static void Write(SourceWriter output, CodecEmitter codec, TupleShape shape)
    {
        if (shape.IsReference)
        {
            output.Open("if (value is null)");
            output.Line("writer.WriteNullObject();");
            output.Line("return;");
            output.CloseMember();
        }

        var names = shape.Kind == TupleKind.Pair ? ["value.Key", "value.Value"] : Enumerable.Range(1, shape.Items.Count).Select(i => $"value.Item{i}").ToList();
        MemberListEmitter.Write(output, codec, shape.Items.Zip(names, (s, n) => (s, n)).ToList(), header: shape.IsReference);
    }

    public static void Read(SourceWriter output, CodecEmitter codec, TupleShape shape)
    {
        if (shape.IsReference)
        {
            SimpleEmitter.ReadExactHeader(output, shape.Items.Count, "A tuple");
        }

        MemberListEmitter.ReadAll(output, codec, shape.Items, [], noted: false, isTaken: false);
        var items = string.Join(", ", Enumerable.Range(0, shape.Items.Count).Select(i => $"m{i}"));
        output.Line(shape.Kind == TupleKind.Value && shape.Items.Count > 1 ? $"return ({items});" : $"return new {shape.TypeName}({items});");
    }
}
