using System.Buffers;
using HighPerf.TestKit;
using Xunit;

namespace HighPerf.Tests.Messages;

public sealed class ContiguousBytesTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(7)]
    public void SegmentsAreCopiedOnceIntoAPooledBuffer(int size)
    {
        var pool = new TrackingBufferPool();
        var bytes = new byte[10_000];
        new Random(size).NextBytes(bytes);
        foreach (var length in new[] { 0, 1, 2, size, size + 1, 1_000, bytes.Length })
        {
            var sequence = SegmentedBytes.Cut(bytes[..length], size);
            using var contiguous = new ContiguousBytes(in sequence, pool.Pool);
            Assert.True(contiguous.Span.SequenceEqual(bytes.AsSpan(0, length)));
        }

        pool.AssertAllReturned();
    }

    [Fact]
    public void OneSegmentIsUsedInPlace()
    {
        var pool = new TrackingBufferPool();
        var bytes = new byte[] { 1, 2, 3 };
        using (var contiguous = new ContiguousBytes(new ReadOnlySequence<byte>(bytes), pool.Pool))
        {
            Assert.True(System.Runtime.CompilerServices.Unsafe.AreSame(ref bytes[0], ref System.Runtime.InteropServices.MemoryMarshal.GetReference(contiguous.Span)));
        }

        Assert.Equal(0, pool.Rented);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(7)]
    public void AMessageReadsTheSameFromSegments(int size)
    {
        var pool = new TrackingBufferPool();
        var output = pool.Pool.Rent();
        var writer = new MessageWriter(output);
        writer.WriteObjectHeader(3);
        writer.WriteString("grüße 🚀");
        writer.Write(42L);
        writer.WriteUnmanagedSpan<int>([1, 2, 3]);
        writer.Flush();
        using (var contiguous = new ContiguousBytes(SegmentedBytes.Cut(output.Span.ToArray(), size), pool.Pool))
        {
            var reader = new MessageReader(contiguous.Span);
            Assert.True(reader.TryReadObjectHeader(3, "Test", out var members));
            Assert.Equal(3, members);
            Assert.Equal("grüße 🚀", reader.ReadString());
            Assert.Equal(42L, reader.Read<long>());
            Assert.Equal([1, 2, 3], reader.ReadUnmanagedArray<int>()!);
            Assert.Equal(0, reader.Remaining);
        }

        output.Return();
        pool.AssertAllReturned();
    }
}
