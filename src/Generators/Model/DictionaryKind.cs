namespace HighPerf.Generators.Model;

internal enum DictionaryKind
{
    /// <summary>A <c>Dictionary</c> and the interfaces that are read as one.</summary>
    Dictionary,

    /// <summary>A <c>Dictionary</c> whose keys are compared without regard to case.</summary>
    IgnoreCase,
    Sorted,
    SortedList,
    Concurrent,
    ReadOnly,
    Immutable,
    ImmutableSorted,
    Frozen,

    /// <summary>A class of the user's that derives from a dictionary.</summary>
    Custom,
}
