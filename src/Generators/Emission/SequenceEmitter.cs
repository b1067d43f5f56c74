using HighPerf.Generators.Model;

namespace HighPerf.Generators.Emission;

/// <summary>Bodies of helpers that write arrays, lists, sets, memories, other collections and their interfaces.</summary>
internal static class SequenceEmitter
{
    private const string ListType = "global::System.Collections.Generic.List<";

    public static void Write(SourceWriter output, CodecEmitter codec, SequenceShape shape)
    {
        if (shape.IsReference || shape.Kind == SequenceKind.ImmutableArray)
        {
            output.Open(shape.IsReference ? "if (value is null)" : "if (value.IsDefault)");
            output.Line("writer.WriteCollectionHeader(-1);");
            output.Line("return;");
            output.CloseMember();
        }

        switch (shape.Kind)
        {
            case SequenceKind.Array:
                WriteSpan(output, codec, shape, "value");
                break;
            case SequenceKind.List:
                WriteSpan(output, codec, shape, "global::System.Runtime.InteropServices.CollectionsMarshal.AsSpan(value)");
                break;
            case SequenceKind.Memory or SequenceKind.ReadOnlyMemory:
                WriteSpan(output, codec, shape, "value.Span");
                break;
            case SequenceKind.ArraySegment or SequenceKind.ImmutableArray:
                WriteSpan(output, codec, shape, "value.AsSpan()");
                break;
            case SequenceKind.ConcurrentQueue or SequenceKind.ConcurrentBag or SequenceKind.BlockingCollection:
                // Others may add meanwhile: the count and the elements are of one moment.
                WriteSpan(output, codec, shape, "value.ToArray()");
                break;
            case SequenceKind.Stack or SequenceKind.ConcurrentStack or SequenceKind.ImmutableStack:
                WriteStack(output, codec, shape);
                break;
            case SequenceKind.ReadOnlySequence:
                WriteSegments(output, codec, shape);
                break;
            case SequenceKind.ListInterface or SequenceKind.ReadOnlyInterface:
                WriteInterface(output, codec, shape);
                break;
            case SequenceKind.ImmutableQueue:
                WriteEach(output, codec, shape, "global::System.Linq.Enumerable.Count(value)", "value");
                break;
            case SequenceKind.PriorityQueue:
                WriteEach(output, codec, shape, "value.Count", "value.UnorderedItems");
                break;
            case SequenceKind.Custom:
                var collection = $"((global::System.Collections.Generic.ICollection<{shape.ElementTypeName}>)value)";
                WriteEach(output, codec, shape, collection + ".Count", collection);
                break;
            default:
                WriteEach(output, codec, shape, "value.Count", "value");
                break;
        }
    }

    private static void WriteEach(SourceWriter output, CodecEmitter codec, SequenceShape shape, string count, string items)
    {
        output.Line($"writer.WriteCollectionHeader({count});");
        output.Open($"foreach (var item in {items})");
        output.Line(codec.Write(shape.Element, "item"));
        output.Close();
    }

    private static void WriteSpan(SourceWriter output, CodecEmitter codec, SequenceShape shape, string expression)
    {
        output.Line($"global::System.ReadOnlySpan<{shape.ElementTypeName}> items = {expression};");
        switch (shape.Element)
        {
            case FixedShape { MemoryIsEncoding: true }:
                output.Line("writer.WriteUnmanagedSpan(items);");
                break;
            case FixedShape element:
                output.Line($"ref byte run = ref writer.Reserve(checked(4 + (items.Length * {element.Size})));");
                output.Line($"{Source.Writer}.Store(ref run, 0, items.Length);");
                output.Open("for (var i = 0; i < items.Length; i++)");
                output.Line(codec.Store(element, "run", $"4 + (i * {element.Size})", "items[i]"));
                output.Close();
                break;
            default:
                output.Line("writer.WriteCollectionHeader(items.Length);");
                output.Open("foreach (ref readonly var item in items)");
                output.Line(codec.Write(shape.Element, "item"));
                output.Close();
                break;
        }
    }

    private static void WriteStack(SourceWriter output, CodecEmitter codec, SequenceShape shape)
    {
        output.Line($"var items = {(shape.Kind == SequenceKind.ImmutableStack ? "global::System.Linq.Enumerable.ToArray(value)" : "value.ToArray()")};");
        output.Line("writer.WriteCollectionHeader(items.Length);");
        output.Line("// Bottom to top, so that a reader pushes them in order.");
        output.Open("for (var i = items.Length - 1; i >= 0; i--)");
        output.Line(codec.Write(shape.Element, "items[i]"));
        output.Close();
    }

    private static void WriteSegments(SourceWriter output, CodecEmitter codec, SequenceShape shape)
    {
        output.Line("writer.WriteCollectionHeader(checked((int)value.Length));");
        output.Open("foreach (var segment in value)");
        if (shape.Element is FixedShape { MemoryIsEncoding: true })
        {
            output.Line("writer.WriteRaw(global::System.Runtime.InteropServices.MemoryMarshal.AsBytes(segment.Span));");
        }
        else
        {
            output.Open("foreach (ref readonly var item in segment.Span)");
            output.Line(codec.Write(shape.Element, "item"));
            output.Close();
        }

        output.Close();
    }

    private static void WriteInterface(SourceWriter output, CodecEmitter codec, SequenceShape shape)
    {
        var list = new SequenceShape(ListType + shape.ElementTypeName + ">", SequenceKind.List, shape.Element, shape.ElementTypeName);
        var array = new SequenceShape(shape.ElementTypeName + "[]", SequenceKind.Array, shape.Element, shape.ElementTypeName);

        // Not a pattern: "value is int?[] array" reads as a conditional.
        output.Open($"if (value.GetType() == typeof({shape.Element.TypeName}[]))");
        output.Line(codec.Write(array, $"({shape.Element.TypeName}[])value"));
        output.Line("return;");
        output.CloseMember();
        output.Line(codec.Write(list, $"value as {list.TypeName} ?? new {list.TypeName}(value)"));
    }
}
