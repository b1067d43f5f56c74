using System.Collections.Generic;
using HighPerf.Generators.Model;

namespace HighPerf.Generators.Parsing;

/// <summary>Collections of the base library by metadata name.</summary>
internal static class CollectionTypes
{
    private const string Generic = "System.Collections.Generic.";
    private const string Objects = "System.Collections.ObjectModel.";
    private const string Concurrent = "System.Collections.Concurrent.";
    private const string Immutable = "System.Collections.Immutable.";

    public static IReadOnlyDictionary<string, SequenceKind> Sequences { get; } = new Dictionary<string, SequenceKind>
    {
        [Generic + "List`1"] = SequenceKind.List,
        [Generic + "HashSet`1"] = SequenceKind.HashSet,
        [Generic + "ISet`1"] = SequenceKind.SetInterface,
        [Generic + "IReadOnlySet`1"] = SequenceKind.SetInterface,
        [Generic + "IList`1"] = SequenceKind.ListInterface,
        [Generic + "ICollection`1"] = SequenceKind.ListInterface,
        [Generic + "IReadOnlyList`1"] = SequenceKind.ReadOnlyInterface,
        [Generic + "IReadOnlyCollection`1"] = SequenceKind.ReadOnlyInterface,
        [Generic + "IEnumerable`1"] = SequenceKind.ReadOnlyInterface,
        ["System.Memory`1"] = SequenceKind.Memory,
        ["System.ReadOnlyMemory`1"] = SequenceKind.ReadOnlyMemory,
        ["System.ArraySegment`1"] = SequenceKind.ArraySegment,
        ["System.Buffers.ReadOnlySequence`1"] = SequenceKind.ReadOnlySequence,
        [Generic + "Queue`1"] = SequenceKind.Queue,
        [Generic + "Stack`1"] = SequenceKind.Stack,
        [Generic + "LinkedList`1"] = SequenceKind.LinkedList,
        [Generic + "SortedSet`1"] = SequenceKind.SortedSet,
        [Objects + "Collection`1"] = SequenceKind.Collection,
        [Objects + "ObservableCollection`1"] = SequenceKind.Collection,
        [Objects + "ReadOnlyCollection`1"] = SequenceKind.ReadOnlyCollection,
        [Objects + "ReadOnlyObservableCollection`1"] = SequenceKind.ReadOnlyObservableCollection,
        [Concurrent + "ConcurrentQueue`1"] = SequenceKind.ConcurrentQueue,
        [Concurrent + "ConcurrentStack`1"] = SequenceKind.ConcurrentStack,
        [Concurrent + "ConcurrentBag`1"] = SequenceKind.ConcurrentBag,
        [Concurrent + "BlockingCollection`1"] = SequenceKind.BlockingCollection,
        [Immutable + "ImmutableArray`1"] = SequenceKind.ImmutableArray,
        [Immutable + "ImmutableList`1"] = SequenceKind.ImmutableList,
        [Immutable + "IImmutableList`1"] = SequenceKind.ImmutableList,
        [Immutable + "ImmutableQueue`1"] = SequenceKind.ImmutableQueue,
        [Immutable + "IImmutableQueue`1"] = SequenceKind.ImmutableQueue,
        [Immutable + "ImmutableStack`1"] = SequenceKind.ImmutableStack,
        [Immutable + "IImmutableStack`1"] = SequenceKind.ImmutableStack,
        [Immutable + "ImmutableHashSet`1"] = SequenceKind.ImmutableHashSet,
        [Immutable + "IImmutableSet`1"] = SequenceKind.ImmutableHashSet,
        [Immutable + "ImmutableSortedSet`1"] = SequenceKind.ImmutableSortedSet,
        ["System.Collections.Frozen.FrozenSet`1"] = SequenceKind.FrozenSet,
    };

    public static IReadOnlyDictionary<string, DictionaryKind> Dictionaries { get; } = new Dictionary<string, DictionaryKind>
    {
        [Generic + "Dictionary`2"] = DictionaryKind.Dictionary,
        [Generic + "IDictionary`2"] = DictionaryKind.Dictionary,
        [Generic + "IReadOnlyDictionary`2"] = DictionaryKind.Dictionary,
        [Generic + "SortedDictionary`2"] = DictionaryKind.Sorted,
        [Generic + "SortedList`2"] = DictionaryKind.SortedList,
        [Concurrent + "ConcurrentDictionary`2"] = DictionaryKind.Concurrent,
        [Objects + "ReadOnlyDictionary`2"] = DictionaryKind.ReadOnly,
        [Immutable + "ImmutableDictionary`2"] = DictionaryKind.Immutable,
        [Immutable + "IImmutableDictionary`2"] = DictionaryKind.Immutable,
        [Immutable + "ImmutableSortedDictionary`2"] = DictionaryKind.ImmutableSorted,
        ["System.Collections.Frozen.FrozenDictionary`2"] = DictionaryKind.Frozen,
    };

    /// <summary>
    /// Whether a collection copies elements without references as memory. The others have each element formatted on its own, which differs for one kind of type: a generic
    /// struct contract, whose own formatter writes an object header.
    /// </summary>
    public static bool CopiesMemory(SequenceKind kind) => kind is SequenceKind.Array or SequenceKind.List or SequenceKind.ListInterface or SequenceKind.ReadOnlyInterface
        or SequenceKind.Memory or SequenceKind.ReadOnlyMemory or SequenceKind.ArraySegment or SequenceKind.ReadOnlySequence or SequenceKind.ImmutableArray;
}
