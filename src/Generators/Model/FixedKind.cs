namespace HighPerf.Generators.Model;

internal enum FixedKind
{
    /// <summary>Copied as memory; every bit pattern is valid.</summary>
    Plain,
    Boolean,
    Decimal,
    DateTime,
    DateTimeOffset,
    DateOnly,
    TimeOnly,
    Rune,

    /// <summary>A nullable of another fixed shape.</summary>
    Nullable,

    /// <summary>A struct copied as memory, with <see cref="Fixup"/>s.</summary>
    Struct,

    /// <summary>A <c>ValueTuple</c>: the runtime orders its fields, so their offsets are taken from it.</summary>
    Tuple,

    /// <summary>A <c>KeyValuePair</c>.</summary>
    Pair,
}
