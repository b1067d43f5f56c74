namespace HighPerf.Generators.Model;

internal enum TupleKind
{
    /// <summary>A <c>Tuple</c>: an object header and the items.</summary>
    Object,

    /// <summary>A <c>ValueTuple</c> with references: the items.</summary>
    Value,

    /// <summary>A <c>KeyValuePair</c> with references: key, value.</summary>
    Pair,
}
