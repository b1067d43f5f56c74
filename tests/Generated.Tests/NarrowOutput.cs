using System.Buffers;

namespace HighPerf.Generated.Tests;

/// <summary>An output whose spans are exactly as large as asked for, each in memory of its own.</summary>
internal sealed class NarrowOutput : IBufferWriter<byte>
{
    private readonly List<byte> _written = [];
    private byte[] _span = [];

    public void Advance(int count)
    {
        _written.AddRange(_span.AsSpan(0, count));

        // Whoever still looks at an old span sees it.
        _span.AsSpan(0, count).Fill(0xDD);
        _span = _span[count..];
    }

    public Memory<byte> GetMemory(int sizeHint = 0) => throw new NotSupportedException();

    public Span<byte> GetSpan(int sizeHint = 0)
    {
        _span.AsSpan().Fill(0xDD);
        _span = new byte[Math.Max(sizeHint, 1)];
        return _span;
    }

    public byte[] ToArray() => [.. _written];
}
