using System;

namespace HighPerf.Generators.Model;

/// <summary>A type whose encoding always has the same size: neighbours are merged into one run.</summary>
/// <param name="TypeName">The type.</param>
/// <param name="Kind">What is special about it.</param>
/// <param name="Size">Bytes.</param>
/// <param name="Alignment">Alignment within structs.</param>
/// <param name="Parts">The value of a nullable, the fields of a tuple, key and value of a pair.</param>
/// <param name="Fixups">Places in a struct that need more than a copy.</param>
internal sealed record FixedShape(string TypeName, FixedKind Kind, int Size, int Alignment, EquatableArray<FixedShape> Parts, EquatableArray<Fixup> Fixups) : Shape(TypeName)
{
    /// <summary>What JSON has to know of it beyond its name.</summary>
    public JsonForm? Json { get; init; }

    public override int MinimumSize => Size;

    public override bool IsReference => false;

    /// <summary>Every bit pattern is a value and no bit is padding: a collection is one block copy either way.</summary>
    public bool IsPlain => Kind == FixedKind.Plain;

    /// <summary>The memory is the encoding: a collection is written as one block.</summary>
    public bool MemoryIsEncoding => Kind is not (FixedKind.DateTimeOffset or FixedKind.Nullable or FixedKind.Struct or FixedKind.Tuple or FixedKind.Pair);

    /// <summary>Stored and loaded by a helper of the generated code.</summary>
    public bool HasHelper => Kind is FixedKind.Nullable or FixedKind.Struct or FixedKind.Tuple or FixedKind.Pair;

    public static FixedShape Of(string typeName, FixedKind kind, int size, int alignment) => new(typeName, kind, size, alignment, default, default);

    /// <summary>Memory of <c>Nullable&lt;T&gt;</c>: a byte, padding to the alignment of T, T, padding to the alignment again.</summary>
    public static FixedShape NullableOf(FixedShape inner)
        => new(inner.TypeName + "?", FixedKind.Nullable, RoundUp(inner.Alignment + inner.Size, inner.Alignment), inner.Alignment, new[] { inner }.ToEquatableArray(), default);

    /// <summary>Memory of <c>KeyValuePair</c>.</summary>
    public static FixedShape PairOf(string typeName, FixedShape key, FixedShape value)
    {
        var alignment = Math.Max(key.Alignment, value.Alignment);
        var size = RoundUp(RoundUp(key.Size, value.Alignment) + value.Size, alignment);
        return new FixedShape(typeName, FixedKind.Pair, size, alignment, new[] { key, value }.ToEquatableArray(), default);
    }

    /// <summary>Where the second part of a pair is.</summary>
    public int SecondOffset => RoundUp(Parts[0].Size, Parts[1].Alignment);

    public static int RoundUp(int value, int alignment) => (value + alignment - 1) / alignment * alignment;
}
