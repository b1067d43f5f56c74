using System.Buffers;

namespace HighPerf;

/// <summary>
/// A message's bytes in one piece. Transports mostly deliver one segment, which is used in place; only a message that straddles segments is copied, once, into a
/// pooled buffer. Dispose returns that buffer.
/// </summary>
public readonly ref struct ContiguousBytes
{
    private readonly PooledBuffer? _copy;

    /// <summary>Makes a sequence contiguous.</summary>
    public ContiguousBytes(in ReadOnlySequence<byte> bytes, BufferPool? pool = null)
    {
        if (bytes.IsSingleSegment)
        {
            Span = bytes.FirstSpan;
            return;
        }

        _copy = (pool ?? BufferPool.Shared).Rent();
        foreach (var segment in bytes)
        {
            _copy.Write(segment.Span);
        }

        Span = _copy.Span;
    }

    /// <summary>The bytes; valid until <see cref="Dispose"/>.</summary>
    public ReadOnlySpan<byte> Span { get; }

    /// <summary>Returns the copy if there is one.</summary>
    public void Dispose() => _copy?.Return();
}
