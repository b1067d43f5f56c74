using HighPerf.Generators.Model;

namespace HighPerf.Generators.Emission.Json;

/// <summary>Bodies of helpers for arrays, lists, sets, memories and their interfaces: arrays, and bytes in one piece as base64.</summary>
internal static class JsonSequenceEmitter
{
    private const string Generic = "global::System.Collections.Generic.";
    private const string ListType = "global::System.Collections.Generic.List<";

    public static void Write(SourceWriter output, JsonCodecEmitter codec, SequenceShape shape)
    {
        if (shape.IsReference || shape.Kind == SequenceKind.ImmutableArray)
        {
            output.Open(shape.IsReference ? "if (value is null)" : "if (value.IsDefault)");
            output.Line("writer.WriteNull();");
            output.Line("return;");
            output.CloseMember();
        }

        if (IsBytes(shape))
        {
            output.Line($"writer.WriteBytes({(shape.Kind == SequenceKind.Array ? "value" : "value.Span")});");
            return;
        }

        switch (shape.Kind)
        {
            case SequenceKind.Array:
                Span(output, codec, shape, "value");
                break;
            case SequenceKind.List:
                Span(output, codec, shape, "global::System.Runtime.InteropServices.CollectionsMarshal.AsSpan(value)");
                break;
            case SequenceKind.Memory or SequenceKind.ReadOnlyMemory:
                Span(output, codec, shape, "value.Span");
                break;
            case SequenceKind.ArraySegment or SequenceKind.ImmutableArray:
                Span(output, codec, shape, "value.AsSpan()");
                break;
            case SequenceKind.Stack or SequenceKind.ConcurrentStack or SequenceKind.ImmutableStack:
                output.Line("// Bottom to top, so that a reader pushes them in order.");
                output.Line("var items = global::System.Linq.Enumerable.ToArray(value);");
                output.Line("global::System.Array.Reverse(items);");
                Each(output, codec, shape, "items");
                break;
            case SequenceKind.ReadOnlySequence:
                output.Line("writer.StartArray();");
                output.Open("foreach (var segment in value)");
                output.Open("foreach (ref readonly var item in segment.Span)");
                output.Line(codec.Write(shape.Element, "item"));
                output.Close();
                output.CloseMember();
                output.Line("writer.EndArray();");
                break;
            case SequenceKind.ListInterface or SequenceKind.ReadOnlyInterface:
                // An enumerator of an interface is allocated, and most of these are lists.
                output.Open($"if (value is {ListType}{shape.ElementTypeName}> list)");
                Span(output, codec, shape, "global::System.Runtime.InteropServices.CollectionsMarshal.AsSpan(list)");
                output.Line("return;");
                output.CloseMember();
                Each(output, codec, shape, "value");
                break;
            case SequenceKind.PriorityQueue:
                Each(output, codec, shape, "value.UnorderedItems");
                break;
            case SequenceKind.Custom:
                Each(output, codec, shape, $"({Generic}ICollection<{shape.ElementTypeName}>)value");
                break;
            case SequenceKind.HashSet or SequenceKind.SetInterface or SequenceKind.Queue or SequenceKind.LinkedList or SequenceKind.SortedSet or SequenceKind.Collection
                or SequenceKind.ReadOnlyCollection or SequenceKind.ReadOnlyObservableCollection or SequenceKind.ConcurrentQueue or SequenceKind.ConcurrentBag
                or SequenceKind.BlockingCollection or SequenceKind.ImmutableList or SequenceKind.ImmutableQueue or SequenceKind.ImmutableHashSet
                or SequenceKind.ImmutableSortedSet or SequenceKind.FrozenSet:
                Each(output, codec, shape, "value");
                break;
            default:
                throw Unknown(shape);
        }
    }

    public static void Read(SourceWriter output, JsonCodecEmitter codec, SequenceShape shape)
    {
        output.Open("if (reader.TryReadNull())");
        output.Line(shape.IsReference ? "return null;" : "return default;");
        output.CloseMember();
        if (IsBytes(shape))
        {
            output.Line("return reader.ReadBytes();");
            return;
        }

        output.Line("reader.StartArray();");
        var element = shape.ElementTypeName;
        switch (shape.Kind)
        {
            case SequenceKind.HashSet or SequenceKind.SetInterface:
                Fill(output, codec, shape, $"new {Generic}HashSet<{element}>()", "items.Add", "items");
                break;
            case SequenceKind.List or SequenceKind.ListInterface:
                Fill(output, codec, shape, $"new {ListType}{element}>()", "items.Add", "items");
                break;
            case SequenceKind.SortedSet or SequenceKind.Collection or SequenceKind.ConcurrentBag or SequenceKind.BlockingCollection:
                Fill(output, codec, shape, $"new {shape.TypeName}()", "items.Add", "items");
                break;
            case SequenceKind.Queue or SequenceKind.ConcurrentQueue:
                Fill(output, codec, shape, $"new {shape.TypeName}()", "items.Enqueue", "items");
                break;
            case SequenceKind.Stack or SequenceKind.ConcurrentStack:
                Fill(output, codec, shape, $"new {shape.TypeName}()", "items.Push", "items");
                break;
            case SequenceKind.LinkedList:
                Fill(output, codec, shape, $"new {shape.TypeName}()", "items.AddLast", "items");
                break;
            case SequenceKind.ReadOnlyCollection:
                Fill(output, codec, shape, $"new {ListType}{element}>()", "items.Add", $"new {shape.TypeName}(items)");
                break;
            case SequenceKind.ReadOnlyObservableCollection:
                Fill(output, codec, shape, $"new global::System.Collections.ObjectModel.ObservableCollection<{element}>()", "items.Add", $"new {shape.TypeName}(items)");
                break;
            case SequenceKind.Custom:
                Fill(output, codec, shape, $"new {shape.TypeName}()", $"(({Generic}ICollection<{element}>)items).Add", "items");
                break;
            case SequenceKind.PriorityQueue:
                output.Line($"var items = new {shape.TypeName}();");
                output.Open("while (reader.NextElement())");
                output.Line($"var pair = {codec.Read(shape.Element)};");
                output.Line("items.Enqueue(pair.Item1, pair.Item2);");
                output.CloseMember();
                output.Line("return items;");
                break;
            default:
                ReadArray(output, codec, shape, FromArray(shape));
                break;
        }
    }

    private static string FromArray(SequenceShape shape) => shape.Kind switch
    {
        SequenceKind.Array or SequenceKind.ReadOnlyInterface or SequenceKind.Memory or SequenceKind.ReadOnlyMemory => "items",
        SequenceKind.ArraySegment or SequenceKind.ReadOnlySequence => $"new {shape.TypeName}(items)",
        SequenceKind.ImmutableArray => "global::System.Runtime.InteropServices.ImmutableCollectionsMarshal.AsImmutableArray(items)",
        SequenceKind.ImmutableList or SequenceKind.ImmutableQueue or SequenceKind.ImmutableStack or SequenceKind.ImmutableHashSet or SequenceKind.ImmutableSortedSet
            => $"global::System.Collections.Immutable.{shape.Kind}.CreateRange<{shape.ElementTypeName}>(items)",
        SequenceKind.FrozenSet => $"global::System.Collections.Frozen.FrozenSet.ToFrozenSet<{shape.ElementTypeName}>(items)",
        _ => throw Unknown(shape),
    };

    /// <summary>Bytes that lie in one piece.</summary>
    private static bool IsBytes(SequenceShape shape)
        => shape is { Element.TypeName: "byte", Kind: SequenceKind.Array or SequenceKind.Memory or SequenceKind.ReadOnlyMemory };

    private static void Span(SourceWriter output, JsonCodecEmitter codec, SequenceShape shape, string expression)
    {
        output.Line($"global::System.ReadOnlySpan<{shape.ElementTypeName}> items = {expression};");
        Loop(output, codec, shape, "foreach (ref readonly var item in items)");
    }

    private static void Each(SourceWriter output, JsonCodecEmitter codec, SequenceShape shape, string items) => Loop(output, codec, shape, $"foreach (var item in {items})");

    private static void Loop(SourceWriter output, JsonCodecEmitter codec, SequenceShape shape, string loop)
    {
        output.Line("writer.StartArray();");
        output.Open(loop);
        output.Line(codec.Write(shape.Element, "item"));
        output.CloseMember();
        output.Line("writer.EndArray();");
    }

    private static void Fill(SourceWriter output, JsonCodecEmitter codec, SequenceShape shape, string created, string add, string result)
    {
        output.Line($"var items = {created};");
        output.Open("while (reader.NextElement())");
        output.Line($"{add}({codec.Read(shape.Element)});");
        output.CloseMember();
        output.Line($"return {result};");
    }

    private static void ReadArray(SourceWriter output, JsonCodecEmitter codec, SequenceShape shape, string result)
    {
        output.Line($"var items = global::System.Array.Empty<{shape.ElementTypeName}>();");
        output.Line("var count = 0;");
        output.Open("while (reader.NextElement())");
        output.Open("if (count == items.Length)");
        output.Line("global::System.Array.Resize(ref items, count == 0 ? 4 : count * 2);");
        output.CloseMember();
        output.Line($"items[count++] = {codec.Read(shape.Element)};");
        output.CloseMember();
        output.Line("global::System.Array.Resize(ref items, count);");
        output.Line($"return {result};");
    }

    private static System.InvalidOperationException Unknown(SequenceShape shape) => new($"The JSON of {shape.Kind} '{shape.TypeName}' is not written yet.");
}
