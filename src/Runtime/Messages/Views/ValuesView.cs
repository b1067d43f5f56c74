using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace HighPerf;

/// <summary>A collection of numbers and other plain values in a message. A value that has bit patterns which are none of its values is checked when it is asked for.</summary>
/// <typeparam name="T">The element, which holds no reference.</typeparam>
public readonly ref struct ValuesView<T> : IMessageView<ValuesView<T>>
{
    private readonly ReadOnlySpan<byte> _bytes;
    private readonly bool _isThere;

    private ValuesView(ReadOnlySpan<byte> bytes)
    {
        _bytes = bytes;
        _isThere = true;
    }

    /// <summary>True for a null collection.</summary>
    public bool IsNull => !_isThere;

    /// <summary>Elements; 0 for null.</summary>
    public int Count => _bytes.Length / Unsafe.SizeOf<T>();

    /// <summary>An element.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There is no such element.</exception>
    /// <exception cref="MessageFormatException">The bytes are no such value.</exception>
    public T this[int index] => (uint)index < (uint)Count
        ? MessageReader.LoadValue<T>(ref MemoryMarshal.GetReference(_bytes), index * Unsafe.SizeOf<T>())
        : throw new ArgumentOutOfRangeException(nameof(index), index, $"There are {Count} elements.");

    /// <summary>Copies all elements.</summary>
    /// <exception cref="ArgumentException">The destination is too short.</exception>
    /// <exception cref="MessageFormatException">The bytes are no such values.</exception>
    public void CopyTo(Span<T> destination)
    {
        if (destination.Length < Count)
        {
            throw new ArgumentException($"There are {Count} elements, and room for {destination.Length}.", nameof(destination));
        }

        if (MessageReader.IsPlain<T>())
        {
            Unsafe.CopyBlockUnaligned(ref Unsafe.As<T, byte>(ref MemoryMarshal.GetReference(destination)), ref MemoryMarshal.GetReference(_bytes), (uint)_bytes.Length);
            return;
        }

        var count = Count;
        for (var i = 0; i < count; i++)
        {
            destination[i] = this[i];
        }
    }

    /// <summary>The elements as a new array; empty for null.</summary>
    public T[] ToArray()
    {
        var array = new T[Count];
        CopyTo(array);
        return array;
    }

    /// <summary>Enumerates the elements.</summary>
    public Enumerator GetEnumerator() => new(_bytes);

    /// <summary>The collection whose header is at a place that was checked; for generated code.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ValuesView<T> At(ref byte header)
    {
        var count = Unsafe.ReadUnaligned<int>(ref header);
        return count < 0 ? default : new ValuesView<T>(MemoryMarshal.CreateReadOnlySpan(ref Unsafe.Add(ref header, 4), count * Unsafe.SizeOf<T>()));
    }

    /// <inheritdoc/>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public static long LengthAt(ref byte at, long left, int depth) => left < sizeof(int) ? MessageReader.NoLength : MessageReader.ValuesLength<T>(ref at);

    /// <inheritdoc/>
    [EditorBrowsable(EditorBrowsableState.Never)]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ValuesView<T> ViewAt(ref byte at, long left, int depth, out long length)
    {
        length = LengthAt(ref at, left, depth);
        return length > left ? default : At(ref at);
    }

    /// <summary>Enumerates values.</summary>
    public ref struct Enumerator
    {
        private readonly ReadOnlySpan<byte> _bytes;
        private int _next;

        internal Enumerator(ReadOnlySpan<byte> bytes) => _bytes = bytes;

        /// <summary>The value.</summary>
        /// <exception cref="MessageFormatException">The bytes are no such value.</exception>
        public readonly T Current => MessageReader.LoadValue<T>(ref MemoryMarshal.GetReference(_bytes), _next - Unsafe.SizeOf<T>());

        /// <summary>Goes to the next value; false at the end.</summary>
        public bool MoveNext()
        {
            _next += Unsafe.SizeOf<T>();
            return _next <= _bytes.Length;
        }
    }
}
