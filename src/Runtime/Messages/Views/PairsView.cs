using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace HighPerf;

/// <summary>A dictionary in a message whose keys and values are both plain values, in the order in which it was written: enumerated, not searched.</summary>
/// <typeparam name="TKey">The key, which holds no reference.</typeparam>
/// <typeparam name="TValue">The value, which holds no reference.</typeparam>
public readonly ref struct PairsView<TKey, TValue> : IMessageView<PairsView<TKey, TValue>>
{
    private readonly ReadOnlySpan<byte> _bytes;

    /// <summary>The dictionary at the start of bytes that were checked; for generated code.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public PairsView(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>True for a null dictionary.</summary>
    public bool IsNull => Header < 0;

    /// <summary>Entries; 0 for null.</summary>
    public int Count => Math.Max(0, Header);

    private int Header => _bytes.Length < sizeof(int) ? -1 : Unsafe.ReadUnaligned<int>(ref MemoryMarshal.GetReference(_bytes));

    // The memory of a KeyValuePair, padding included.
    private static int ValueOffset => RoundUp(Unsafe.SizeOf<TKey>(), AlignmentOf<TValue>());

    private static int Size => RoundUp(ValueOffset + Unsafe.SizeOf<TValue>(), Math.Max(AlignmentOf<TKey>(), AlignmentOf<TValue>()));

    /// <summary>Enumerates the entries.</summary>
    public Enumerator GetEnumerator() => new(_bytes, Count);

    /// <inheritdoc/>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public static long LengthAt(ref byte at, long left, int depth)
    {
        if (left < sizeof(int))
        {
            return MessageReader.NoLength;
        }

        var count = Unsafe.ReadUnaligned<int>(ref at);
        return count < -1 ? MessageReader.NoLength : sizeof(int) + (Math.Max(0L, count) * Size);
    }

    /// <inheritdoc/>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public static PairsView<TKey, TValue> ViewAt(ref byte at, long left, int depth, out long length)
    {
        length = LengthAt(ref at, left, depth);
        return length > left ? default : new PairsView<TKey, TValue>(MemoryMarshal.CreateReadOnlySpan(ref at, (int)length));
    }

    private static int RoundUp(int value, int alignment) => (value + alignment - 1) / alignment * alignment;

    private static int AlignmentOf<T>() => Unsafe.SizeOf<Aligned<T>>() - Unsafe.SizeOf<T>();

    private record struct Aligned<T>(byte First, T Value);

    /// <summary>Enumerates entries.</summary>
    public ref struct Enumerator
    {
        private readonly ReadOnlySpan<byte> _bytes;
        private int _next;
        private int _left;

        internal Enumerator(ReadOnlySpan<byte> bytes, int count)
        {
            _bytes = bytes;
            _next = sizeof(int) - Size;
            _left = count;
        }

        /// <summary>The entry.</summary>
        /// <exception cref="MessageFormatException">The bytes are no such values.</exception>
        public readonly KeyValuePair<TKey, TValue> Current
        {
            get
            {
                ref var bytes = ref MemoryMarshal.GetReference(_bytes);
                return new(MessageReader.LoadValue<TKey>(ref bytes, _next), MessageReader.LoadValue<TValue>(ref bytes, _next + ValueOffset));
            }
        }

        /// <summary>Goes to the next entry; false at the end.</summary>
        public bool MoveNext()
        {
            _next += Size;
            return _left-- > 0;
        }
    }
}
