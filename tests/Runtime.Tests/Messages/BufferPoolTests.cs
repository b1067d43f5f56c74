using System.Collections.Concurrent;
using HighPerf.TestKit;
using Xunit;

namespace HighPerf.Tests.Messages;

public sealed class BufferPoolTests
{
    [Fact]
    public void GrowsAndKeepsWhatWasWritten()
    {
        var pool = new TrackingBufferPool();
        var buffer = pool.Pool.Rent();
        var expected = new List<byte>();
        var random = new Random(1);
        for (var i = 0; i < 200; i++)
        {
            var bytes = new byte[random.Next(500)];
            random.NextBytes(bytes);
            if (i % 2 == 0)
            {
                buffer.Write(bytes);
            }
            else
            {
                bytes.CopyTo(buffer.GetSpan(bytes.Length));
                buffer.Advance(bytes.Length);
            }

            expected.AddRange(bytes);
        }

        Assert.Equal(expected.Count, buffer.Length);
        Assert.True(buffer.Length > 16 * 1024);
        Assert.True(buffer.Span.SequenceEqual(expected.ToArray()));
        Assert.True(buffer.Memory.Span.SequenceEqual(expected.ToArray()));
        buffer.Clear();
        Assert.Equal(0, buffer.Length);
        buffer.Return();
        pool.AssertAllReturned();
    }

    [Fact]
    public void GivesTheRoomThatIsAskedFor()
    {
        var pool = new TrackingBufferPool();
        var buffer = pool.Pool.Rent();
        Assert.True(buffer.GetSpan().Length > 0);
        Assert.True(buffer.GetMemory(5_000).Length >= 5_000);
        Assert.True(buffer.GetSpan(1_000_000).Length >= 1_000_000);
        var room = buffer.GetSpan().Length;
        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.Advance(room + 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => buffer.Advance(-1));
        Assert.Equal(0, buffer.Length);
        buffer.Return();
        pool.AssertAllReturned();
    }

    [Fact]
    public void SecondReturnIsAnError()
    {
        var pool = new TrackingBufferPool();
        var buffer = pool.Pool.Rent();
        buffer.Return();
        Assert.Throws<InvalidOperationException>(buffer.Return);
        pool.AssertAllReturned();

        var untracked = new BufferPool();
        buffer = untracked.Rent();
        buffer.Return();
        Assert.Throws<InvalidOperationException>(buffer.Return);
    }

    [Fact]
    public void ReturnedBytesArePoisonedUnderATracker()
    {
        var pool = new TrackingBufferPool();
        var buffer = pool.Rent("borrowed"u8);
        var kept = buffer.Memory;
        buffer.Return();
        Assert.All(kept.ToArray(), b => Assert.Equal(0xDD, b));
        pool.AssertAllReturned();
    }

    [Fact]
    public void ABufferIsEmptyWhenRentedAgainAndALargeOneDoesNotStay()
    {
        var pool = new BufferPool();
        var buffer = pool.Rent();
        buffer.Write(new byte[100_000]);
        buffer.Return();
        var again = pool.Rent();
        Assert.Same(buffer, again);
        Assert.Equal(0, again.Length);
        Assert.True(again.GetMemory().Length <= PooledBuffer.MaxRetainedSize);
        again.Return();
    }

    [Fact]
    public async Task BuffersComeBackFromOtherThreads()
    {
        const int Count = 50_000;
        var pool = new BufferPool();
        var handed = new BlockingCollection<PooledBuffer>(256);
        var different = new HashSet<PooledBuffer>(ReferenceEqualityComparer.Instance);
        var renter = Task.Run(() =>
        {
            for (var i = 0; i < Count; i++)
            {
                var buffer = pool.Rent();
                Assert.Equal(0, buffer.Length);
                buffer.Write(BitConverter.GetBytes(i));
                handed.Add(buffer);
            }

            handed.CompleteAdding();
        });
        var next = 0;
        foreach (var buffer in handed.GetConsumingEnumerable())
        {
            Assert.Equal(next++, BitConverter.ToInt32(buffer.Span));
            different.Add(buffer);
            buffer.Return();
        }

        await renter;
        Assert.Equal(Count, next);

        // 256 on their way, a batch of 32 or so at either end: were nothing handed back, all were different.
        Assert.InRange(different.Count, 1, 2_000);
    }

    [Fact]
    public void KeepsAsManyBuffersAsTheDefaultQueueHolds()
    {
        var pool = new BufferPool();
        var rented = new PooledBuffer[new HighPerf.Transports.InMemoryTransportOptions().Capacity];
        for (var i = 0; i < rented.Length; i++)
        {
            rented[i] = pool.Rent();
        }

        var different = new HashSet<PooledBuffer>(rented, ReferenceEqualityComparer.Instance);
        Assert.Equal(rented.Length, different.Count);
        Array.ForEach(rented, static buffer => buffer.Return());
        for (var i = 0; i < rented.Length; i++)
        {
            rented[i] = pool.Rent();
        }

        Assert.All(rented, buffer => Assert.True(different.Remove(buffer), "A buffer was dropped and allocated anew."));
        Array.ForEach(rented, static buffer => buffer.Return());
    }

    [Fact]
    public void TwoPoolsOnOneThreadDoNotMix()
    {
        var first = new BufferPool();
        var second = new BufferPool();
        for (var i = 0; i < 100; i++)
        {
            var a = first.Rent();
            var b = second.Rent();
            Assert.NotSame(a, b);
            Assert.Same(first, a.Pool);
            Assert.Same(second, b.Pool);
            b.Return();
            a.Return();
        }
    }
}
