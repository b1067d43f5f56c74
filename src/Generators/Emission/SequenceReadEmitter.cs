using System.Linq;
using HighPerf.Generators.Model;

namespace HighPerf.Generators.Emission;

/// <summary>Bodies of helpers that read arrays, lists, sets, memories, other collections and their interfaces.</summary>
internal static class SequenceReadEmitter
{
    private const string Generic = "global::System.Collections.Generic.";
    private const string Objects = "global::System.Collections.ObjectModel.";
    private const string Immutable = "global::System.Collections.Immutable.";

    public static void Read(SourceWriter output, CodecEmitter codec, SequenceShape shape)
    {
        output.Line($"var count = reader.ReadCollectionHeader({shape.Element.MinimumSize});");
        output.Open("if (count < 0)");
        output.Line(shape.IsReference ? "return null;" : "return default;");
        output.CloseMember();
        var element = shape.ElementTypeName;
        var ahead = $"reader.Ahead<{element}>(count)";
        switch (shape.Kind)
        {
            case SequenceKind.HashSet or SequenceKind.SetInterface:
                Fill(output, codec, shape, $"new {Generic}HashSet<{element}>({ahead})", "items.Add", "items");
                break;
            case SequenceKind.List or SequenceKind.ListInterface:
                Fill(output, codec, shape, $"new {Generic}List<{element}>({ahead})", "items.Add", "items");
                break;
            case SequenceKind.Queue:
                Fill(output, codec, shape, $"new {shape.TypeName}({ahead})", "items.Enqueue", "items");
                break;
            case SequenceKind.Stack:
                Fill(output, codec, shape, $"new {shape.TypeName}({ahead})", "items.Push", "items");
                break;
            case SequenceKind.LinkedList:
                Fill(output, codec, shape, $"new {shape.TypeName}()", "items.AddLast", "items");
                break;
            case SequenceKind.SortedSet or SequenceKind.Collection or SequenceKind.ConcurrentBag or SequenceKind.BlockingCollection:
                Fill(output, codec, shape, $"new {shape.TypeName}()", "items.Add", "items");
                break;
            case SequenceKind.ReadOnlyCollection:
                Fill(output, codec, shape, $"new {Generic}List<{element}>({ahead})", "items.Add", $"new {shape.TypeName}(items)");
                break;
            case SequenceKind.ReadOnlyObservableCollection:
                Fill(output, codec, shape, $"new {Objects}ObservableCollection<{element}>()", "items.Add", $"new {shape.TypeName}(items)");
                break;
            case SequenceKind.ConcurrentQueue:
                Fill(output, codec, shape, $"new {shape.TypeName}()", "items.Enqueue", "items");
                break;
            case SequenceKind.ConcurrentStack:
                Fill(output, codec, shape, $"new {shape.TypeName}()", "items.Push", "items");
                break;
            case SequenceKind.Custom:
                Fill(output, codec, shape, $"new {shape.TypeName}()", $"(({Generic}ICollection<{element}>)items).Add", "items");
                break;
            case SequenceKind.PriorityQueue:
                output.Line($"var items = new {shape.TypeName}();");
                Loop(output, shape.Element.MinimumSize, shape.Element);
                output.Line($"var pair = {codec.Read(shape.Element)};");
                output.Line("items.Enqueue(pair.Item1, pair.Item2);");
                output.CloseMember();
                output.Line("return items;");
                break;
            default:
                Array(output, codec, shape);
                output.Line($"return {FromArray(shape)};");
                break;
        }
    }

    /// <summary>Opens the loop over the elements. Those that can hold collections leave the others the bytes that they need at least.</summary>
    public static void Loop(SourceWriter output, int minimumSize, params Shape[] parts)
    {
        if (parts.All(p => p is FixedShape or TextShape))
        {
            output.Open("for (var i = 0; i < count; i++)");
            return;
        }

        output.Line($"reader.Owe(count * {minimumSize});");
        output.Open("for (var i = 0; i < count; i++)");
        output.Line($"reader.Repay({minimumSize});");
    }

    private static string FromArray(SequenceShape shape) => shape.Kind switch
    {
        SequenceKind.ArraySegment or SequenceKind.ReadOnlySequence => $"new {shape.TypeName}(items)",
        SequenceKind.ImmutableArray => "global::System.Runtime.InteropServices.ImmutableCollectionsMarshal.AsImmutableArray(items)",
        SequenceKind.ImmutableList or SequenceKind.ImmutableQueue or SequenceKind.ImmutableStack or SequenceKind.ImmutableHashSet or SequenceKind.ImmutableSortedSet
            => $"{Immutable}{shape.Kind}.CreateRange<{shape.ElementTypeName}>(items)",
        SequenceKind.FrozenSet => $"global::System.Collections.Frozen.FrozenSet.ToFrozenSet<{shape.ElementTypeName}>(items)",
        _ => "items",
    };

    private static void Fill(SourceWriter output, CodecEmitter codec, SequenceShape shape, string created, string add, string result)
    {
        output.Line($"var items = {created};");
        Loop(output, shape.Element.MinimumSize, shape.Element);
        output.Line($"{add}({codec.Read(shape.Element)});");
        output.CloseMember();
        output.Line($"return {result};");
    }

    private static void Array(SourceWriter output, CodecEmitter codec, SequenceShape shape)
    {
        output.Line($"var items = global::System.Array.Empty<{shape.ElementTypeName}>();");
        if (shape.Element is FixedShape element)
        {
            output.Line("global::System.Array.Resize(ref items, count);");
            output.Line($"ref byte run = ref reader.Take(count * {element.Size});");
            output.Open("for (var i = 0; i < items.Length; i++)");
            output.Line($"items[i] = {codec.Load(element, "run", $"i * {element.Size}")};");
        }
        else
        {
            Loop(output, shape.Element.MinimumSize, shape.Element);
            output.Open("if (i == items.Length)");
            output.Line($"global::System.Array.Resize(ref items, i == 0 ? reader.Ahead<{shape.ElementTypeName}>(count) : (int)global::System.Math.Min(count, i * 2L));");
            output.CloseMember();
            output.Line($"items[i] = {codec.Read(shape.Element)};");
        }

        output.CloseMember();
    }
}
