using System.Linq;
using HighPerf.Generators.Model;

namespace HighPerf.Generators.Emission;

/// <summary>From a shape to its view, which is composed as the shape is.</summary>
internal static class ViewTypes
{
    public const string Text = "global::HighPerf.TextView";

    /// <summary>The view's type; null where there is none, and the value is decoded.</summary>
    public static string? Of(Shape shape) => shape switch
    {
        TextShape { Kind: TextKind.String or TextKind.Utf16String or TextKind.InternedString } => Text,
        ContractShape contract => contract.View,
        FixedShape value => IsLoadable(value) ? $"global::HighPerf.ValueView<{value.TypeName}>" : null,
        SequenceShape { Element: FixedShape value } sequence => IsInOrder(sequence.Kind) && IsLoadable(value) ? $"global::HighPerf.ValuesView<{value.TypeName}>" : null,
        SequenceShape sequence => IsInOrder(sequence.Kind) && Of(sequence.Element) is { } element ? $"global::HighPerf.SequenceView<{element}>" : null,
        DictionaryShape { Key: FixedShape key, Value: FixedShape value } => IsLoadable(key) && IsLoadable(value) ? $"global::HighPerf.PairsView<{key.TypeName}, {value.TypeName}>" : null,
        DictionaryShape dictionary => Of(dictionary.Key) is { } key && Of(dictionary.Value) is { } value ? $"global::HighPerf.MapView<{key}, {value}>" : null,
        _ => null,
    };

    /// <summary>What <c>MessageReader.LoadValue</c> loads: memory, and values whose checks it knows. A struct with such values in it has a helper of its own.</summary>
    private static bool IsLoadable(FixedShape shape) => shape.Kind switch
    {
        FixedKind.Tuple or FixedKind.Pair => false,
        FixedKind.Struct => shape.Fixups.All(f => f.Kind == FixedKind.Plain),
        FixedKind.Nullable => shape.Parts[0].Kind != FixedKind.Nullable && IsLoadable(shape.Parts[0]),
        _ => true,
    };

    // A stack is written from its bottom and enumerated from its top; a priority queue is written as its heap.
    private static bool IsInOrder(SequenceKind kind)
        => kind is not (SequenceKind.Stack or SequenceKind.ConcurrentStack or SequenceKind.ImmutableStack or SequenceKind.PriorityQueue);
}
