using System.Diagnostics;

namespace HighPerf.TestKit;

/// <summary>A buffer pool that knows what is out and who rented it. Returned bytes are overwritten with 0xDD, so that use after return shows.</summary>
public sealed class TrackingBufferPool
{
    private readonly Tracker _tracker;

    /// <summary>Creates the pool.</summary>
    /// <param name="captureStacks">False where so much is rented that a stack trace each would be the test.</param>
    public TrackingBufferPool(bool captureStacks = true)
    {
        _tracker = new Tracker(captureStacks);
        Pool = new BufferPool(_tracker);
    }

    /// <summary>The pool to hand to the code under test.</summary>
    public BufferPool Pool { get; }

    /// <summary>Rents so far.</summary>
    public long Rented => _tracker.Rented;

    /// <summary>Buffers that are out now.</summary>
    public int Outstanding => _tracker.Outstanding;

    /// <summary>A buffer with bytes in it.</summary>
    public PooledBuffer Rent(ReadOnlySpan<byte> bytes)
    {
        var buffer = Pool.Rent();
        buffer.Write(bytes);
        return buffer;
    }

    /// <summary>Fails with the stack of its rent for the first buffers that are still out.</summary>
    /// <exception cref="Xunit.Sdk.XunitException">A buffer was not returned.</exception>
    public void AssertAllReturned() => _tracker.AssertAllReturned();

    private sealed class Tracker(bool captureStacks) : BufferPoolTracker
    {
        private readonly Lock _lock = new();
        private readonly Dictionary<PooledBuffer, StackTrace?> _out = new(ReferenceEqualityComparer.Instance);
        private long _rented;

        public long Rented => Interlocked.Read(ref _rented);

        public int Outstanding
        {
            get
            {
                lock (_lock)
                {
                    return _out.Count;
                }
            }
        }

        public override void OnRent(PooledBuffer buffer)
        {
            var stack = captureStacks ? new StackTrace(fNeedFileInfo: false) : null;
            Interlocked.Increment(ref _rented);
            lock (_lock)
            {
                _out.Add(buffer, stack);
            }
        }

        public override void OnReturn(PooledBuffer buffer)
        {
            lock (_lock)
            {
                _out.Remove(buffer);
            }
        }

        public void AssertAllReturned()
        {
            lock (_lock)
            {
                if (_out.Count == 0)
                {
                    return;
                }

                var stacks = _out.Values.Take(3).Select(stack => stack?.ToString() ?? "   (stacks were not captured)");
                throw new Xunit.Sdk.XunitException($"{_out.Count} of {Rented} rented buffers were not returned. The first were rented at:\n{string.Join("\n--\n", stacks)}");
            }
        }
    }
}
