using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace HighPerf;

/// <summary>A dictionary in a message, in the order in which it was written: enumerated, not searched.</summary>
/// <typeparam name="TKey">The key's view.</typeparam>
/// <typeparam name="TValue">The value's view.</typeparam>
public readonly ref struct MapView<TKey, TValue> : IMessageView<MapView<TKey, TValue>>
    where TKey : IMessageView<TKey>, allows ref struct
    where TValue : IMessageView<TValue>, allows ref struct
{
    private readonly ReadOnlySpan<byte> _bytes;

    /// <summary>The dictionary at the start of bytes that were checked; for generated code.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public MapView(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>True for a null dictionary.</summary>
    public bool IsNull => Header < 0;

    /// <summary>Entries; 0 for null.</summary>
    public int Count => Math.Max(0, Header);

    private int Header => _bytes.Length < sizeof(int) ? -1 : Unsafe.ReadUnaligned<int>(ref MemoryMarshal.GetReference(_bytes));

    /// <inheritdoc/>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public static long LengthAt(ref byte at, long left, int depth) => SequenceView<Entry>.LengthAt(ref at, left, depth);

    /// <inheritdoc/>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public static MapView<TKey, TValue> ViewAt(ref byte at, long left, int depth, out long length)
    {
        length = LengthAt(ref at, left, depth);
        return length > left ? default : new MapView<TKey, TValue>(MemoryMarshal.CreateReadOnlySpan(ref at, (int)length));
    }

    /// <summary>Enumerates the entries.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public SequenceView<Entry>.Enumerator GetEnumerator() => new(_bytes, Count);

    /// <summary>An entry of a dictionary.</summary>
    public readonly ref struct Entry : IMessageView<Entry>
    {
        private Entry(TKey key, TValue value)
        {
            Key = key;
            Value = value;
        }

        /// <summary>The key.</summary>
        public TKey Key { get; }

        /// <summary>The value.</summary>
        public TValue Value { get; }

        /// <summary>Key and value.</summary>
        public void Deconstruct(out TKey key, out TValue value)
        {
            key = Key;
            value = Value;
        }

        /// <inheritdoc/>
        [EditorBrowsable(EditorBrowsableState.Never)]
        public static long LengthAt(ref byte at, long left, int depth)
        {
            var key = TKey.LengthAt(ref at, left, depth);
            return key > left ? key : key + TValue.LengthAt(ref Unsafe.Add(ref at, (nint)key), left - key, depth);
        }

        /// <inheritdoc/>
        [EditorBrowsable(EditorBrowsableState.Never)]
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Entry ViewAt(ref byte at, long left, int depth, out long length)
        {
            var key = TKey.ViewAt(ref at, left, depth, out length);
            if (length > left)
            {
                return default;
            }

            var value = TValue.ViewAt(ref Unsafe.Add(ref at, (nint)length), left - length, depth, out var rest);
            length += rest;
            return length > left ? default : new Entry(key, value);
        }
    }
}
