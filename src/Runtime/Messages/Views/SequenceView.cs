using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace HighPerf;

/// <summary>A collection of texts, contracts or collections in a message, one after the other: enumerated, not indexed.</summary>
/// <typeparam name="TView">The element's view.</typeparam>
public readonly ref struct SequenceView<TView> : IMessageView<SequenceView<TView>>
    where TView : IMessageView<TView>, allows ref struct
{
    private readonly ReadOnlySpan<byte> _bytes;

    /// <summary>The collection at the start of bytes that were checked; for generated code.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public SequenceView(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>True for a null collection.</summary>
    public bool IsNull => Header < 0;

    /// <summary>Elements; 0 for null.</summary>
    public int Count => Math.Max(0, Header);

    private int Header => _bytes.Length < sizeof(int) ? -1 : Unsafe.ReadUnaligned<int>(ref MemoryMarshal.GetReference(_bytes));

    /// <inheritdoc/>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public static long LengthAt(ref byte at, long left, int depth)
    {
        if (left < sizeof(int))
        {
            return MessageReader.NoLength;
        }

        var count = Unsafe.ReadUnaligned<int>(ref at);
        var length = count < -1 ? MessageReader.NoLength : sizeof(int);
        for (; count > 0 && length <= left; count--)
        {
            length += TView.LengthAt(ref Unsafe.Add(ref at, (nint)length), left - length, depth);
        }

        return length;
    }

    /// <inheritdoc/>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public static SequenceView<TView> ViewAt(ref byte at, long left, int depth, out long length)
    {
        length = LengthAt(ref at, left, depth);
        return length > left ? default : new SequenceView<TView>(MemoryMarshal.CreateReadOnlySpan(ref at, (int)length));
    }

    /// <summary>Enumerates the elements.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Enumerator GetEnumerator() => new(_bytes, Count);

    /// <summary>Enumerates views.</summary>
    public ref struct Enumerator
    {
        private ref byte _next;
        private long _bytesLeft;
        private int _left;
        private TView _current;

        internal Enumerator(ReadOnlySpan<byte> bytes, int count)
        {
            _next = ref Unsafe.Add(ref MemoryMarshal.GetReference(bytes), sizeof(int));
            _bytesLeft = bytes.Length - sizeof(int);
            _left = count;
            _current = default!;
        }

        /// <summary>The view.</summary>
        public readonly TView Current => _current;

        /// <summary>Goes to the next element; false at the end.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public bool MoveNext()
        {
            if (_left == 0)
            {
                return false;
            }

            _left--;
            _current = TView.ViewAt(ref _next, _bytesLeft, 0, out var length);
            if (length > _bytesLeft)
            {
                MessageReader.ThrowChanged();
            }

            _next = ref Unsafe.Add(ref _next, (nint)length);
            _bytesLeft -= length;
            return true;
        }
    }
}
