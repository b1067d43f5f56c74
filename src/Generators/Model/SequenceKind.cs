namespace HighPerf.Generators.Model;

internal enum SequenceKind
{
    Array,
    List,
    HashSet,

    /// <summary>A set interface, read as a <c>HashSet</c>.</summary>
    SetInterface,

    /// <summary><c>IList</c>, <c>ICollection</c>: read as a <c>List</c>.</summary>
    ListInterface,

    /// <summary><c>IReadOnlyList</c>, <c>IReadOnlyCollection</c>, <c>IEnumerable</c>: read as an array.</summary>
    ReadOnlyInterface,
    Memory,
    ReadOnlyMemory,
    ArraySegment,
    ReadOnlySequence,
    Queue,
    Stack,
    LinkedList,
    SortedSet,
    Collection,
    ReadOnlyCollection,
    ReadOnlyObservableCollection,
    ConcurrentQueue,
    ConcurrentStack,
    ConcurrentBag,
    BlockingCollection,
    ImmutableArray,
    ImmutableList,
    ImmutableQueue,
    ImmutableStack,
    ImmutableHashSet,
    ImmutableSortedSet,
    FrozenSet,

    /// <summary>Pairs of element and priority, in the heap's order.</summary>
    PriorityQueue,

    /// <summary>A class of the user's that derives from a collection.</summary>
    Custom,
}
