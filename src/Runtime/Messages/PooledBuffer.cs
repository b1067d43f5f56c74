using System.Buffers;
using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using HighPerf.Messages;

namespace HighPerf;

/// <summary>
/// A rented, growable block of contiguous bytes. Ownership: whoever rents returns, and handing a buffer to a transport's publish hands the ownership over.
/// After <see cref="Return"/> neither the buffer nor any memory got from it may be touched.
/// </summary>
public sealed class PooledBuffer : IBufferWriter<byte>
{
    internal const int InitialSize = 512;
    internal const int MaxRetainedSize = 16 * 1024;

    private byte[] _array;
    private int _length;

    /// <summary>The buffer's own memory while it uses a large array of the array pool's; otherwise null.</summary>
    private byte[]? _own;

    internal PooledBuffer(BufferPool pool)
    {
        Pool = pool;
        _array = GC.AllocateUninitializedArray<byte>(InitialSize);
    }

    internal BufferPool Pool { get; }

    /// <summary>0 while pooled, 1 while rented: a second return is an error, not a corruption.</summary>
    internal int RentState;

    // What a queue in this process notes about the message that it holds. Kept here, so that such a queue is an array of references: moving a message is moving eight
    // bytes, and the processor that takes it needs this memory in any case. Only whoever holds the message touches them.

    /// <summary>Deliveries so far.</summary>
    internal int DeliveryCount;

    internal MessagePriority Priority;

    /// <summary>True for the one message of its ordering key that may be delivered; the others of the key wait in line.</summary>
    internal bool HoldsKey;

    /// <summary>Null when the message has none.</summary>
    internal string? OrderingKey;

    /// <summary>What a durable queue knows it by; null in memory.</summary>
    internal object? Entry;

    /// <summary>UTC ticks at which it became ready.</summary>
    internal long ReadySinceTicks;

    /// <summary>UTC ticks; 0 for never.</summary>
    internal long ExpiresTicks;

    /// <summary>Bytes written.</summary>
    public int Length => _length;

    /// <summary>The bytes written.</summary>
    public ReadOnlyMemory<byte> Memory => new(_array, 0, _length);

    /// <summary>The bytes written.</summary>
    public ReadOnlySpan<byte> Span => new(_array, 0, _length);

    /// <summary>Asks the processor for the buffer's own fields.</summary>
    internal void FetchFields() => CacheHint.Fetch(ref Unsafe.As<int, byte>(ref _length));

    /// <summary>Asks the processor for the buffer's first bytes; its fields should be there already.</summary>
    internal void FetchBytes() => CacheHint.FetchMessage(ref MemoryMarshal.GetArrayDataReference(_array));

    /// <summary>The bytes written, as deliveries have them.</summary>
    internal ReadOnlySequence<byte> Sequence => new(_array, 0, _length);

    /// <summary>The bytes written, for patching fields in place.</summary>
    internal Span<byte> MutableSpan => new(_array, 0, _length);

    /// <inheritdoc/>
    public void Advance(int count)
    {
        if ((uint)count > (uint)(_array.Length - _length))
        {
            throw new ArgumentOutOfRangeException(nameof(count), count, "Advanced past the end of the buffer.");
        }

        _length += count;
    }

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        EnsureRoom(sizeHint);
        return _array.AsMemory(_length);
    }

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0)
    {
        EnsureRoom(sizeHint);
        return _array.AsSpan(_length);
    }

    /// <summary>Appends bytes.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        EnsureRoom(bytes.Length);
        bytes.CopyTo(_array.AsSpan(_length));
        _length += bytes.Length;
    }

    /// <summary>Forgets what was written; keeps the memory.</summary>
    public void Clear() => _length = 0;

    /// <summary>Gives the buffer back to its pool. Once per rent.</summary>
    public void Return() => Pool.Return(this);

    private void EnsureRoom(int sizeHint)
    {
        Debug.Assert(RentState == 1, "The buffer is used after it was returned.");
        if (_array.Length - _length < Math.Max(sizeHint, 1))
        {
            Grow(Math.Max(sizeHint, 1));
        }
    }

    private void Grow(int sizeHint)
    {
        var wanted = checked((int)Math.Min(Math.Max(_array.Length * 2L, (long)_length + sizeHint), Array.MaxLength));
        if (wanted - _length < sizeHint)
        {
            throw new InvalidOperationException($"A message buffer cannot hold {(long)_length + sizeHint} bytes.");
        }

        var isLarge = wanted > MaxRetainedSize;
        var larger = isLarge ? ArrayPool<byte>.Shared.Rent(wanted) : GC.AllocateUninitializedArray<byte>(wanted);
        Span.CopyTo(larger);
        if (_own is not null)
        {
            ArrayPool<byte>.Shared.Return(_array);
        }
        else if (isLarge)
        {
            _own = _array;
        }

        _array = larger;
    }

    /// <summary>Called by the pool: large arrays go back so that one large message does not keep its memory for ever.</summary>
    internal void Reset(bool poison)
    {
        if (poison)
        {
            _array.AsSpan().Fill(0xDD);
            _own?.AsSpan().Fill(0xDD);
        }

        if (_own is not null)
        {
            ArrayPool<byte>.Shared.Return(_array);
            (_array, _own) = (_own, null);
        }

        _length = 0;
        OrderingKey = null;
        Entry = null;
    }
}
