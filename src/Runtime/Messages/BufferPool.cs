using System.Diagnostics.CodeAnalysis;

namespace HighPerf;

/// <summary>
/// Rents <see cref="PooledBuffer"/>s. Each thread keeps a few; full and empty threads exchange whole batches through a shared stack, so that a publisher
/// thread that only rents and a worker thread that only returns pay for one lock in <see cref="BatchSize"/> operations.
/// </summary>
public sealed class BufferPool
{
    private const int BatchSize = 32;

    // 65,536 buffers, what the default queue holds: when one fills up and drains again, nothing is allocated anew. About 600 B each while messages are small, so at
    // most 40 MB for a process whose queues were once full; a buffer that has grown keeps up to MaxRetainedSize.
    private const int MaxSharedBatches = 2_048;

    [ThreadStatic]
    private static LocalCache? t_cache;

    private readonly Lock _lock = new();
    private readonly Stack<PooledBuffer[]> _full = new();
    private readonly Stack<PooledBuffer[]> _empty = new();
    private readonly BufferPoolTracker? _tracker;

    /// <summary>Creates a pool of its own, for tests with a tracker that sees every rent and return; programs use <see cref="Shared"/>.</summary>
    public BufferPool(BufferPoolTracker? tracker = null) => _tracker = tracker;

    /// <summary>The process-wide pool.</summary>
    public static BufferPool Shared { get; } = new();

    /// <summary>Rents an empty buffer. Whoever rents returns.</summary>
    public PooledBuffer Rent()
    {
        if (_tracker is not null)
        {
            return RentTracked();
        }

        var cache = t_cache;
        if (cache is null || cache.Pool != this || cache.Count == 0)
        {
            cache = Refill(cache);
        }

        var items = cache.Items;
        var index = --cache.Count;
        if (index > 1)
        {
            // The buffers were last written by whoever settled them, mostly on another processor: the next ones are fetched while this one is filled.
            items[index - 2].FetchFields();
            items[index - 1].FetchBytes();
        }

        var buffer = items[index];
        buffer.RentState = 1;
        return buffer;
    }

    internal void Return(PooledBuffer buffer)
    {
        if (Interlocked.Exchange(ref buffer.RentState, 0) != 1)
        {
            ThrowReturnedTwice();
        }

        if (_tracker is not null)
        {
            _tracker.OnReturn(buffer);
            buffer.Reset(poison: true);
            return;
        }

        buffer.Reset(poison: false);
        var cache = t_cache;
        if (cache is null || cache.Pool != this)
        {
            cache = NewCache();
        }
        else if (cache.Count == BatchSize)
        {
            Spill(cache);
        }

        cache.Items[cache.Count++] = buffer;
    }

    private PooledBuffer RentTracked()
    {
        var buffer = new PooledBuffer(this) { RentState = 1 };
        _tracker!.OnRent(buffer);
        return buffer;
    }

    private LocalCache NewCache()
    {
        var cache = new LocalCache(this);
        t_cache = cache;
        return cache;
    }

    private LocalCache Refill(LocalCache? cache)
    {
        if (cache is null || cache.Pool != this)
        {
            cache = NewCache();
        }

        lock (_lock)
        {
            if (_full.TryPop(out var batch))
            {
                _empty.Push(cache.Items);
                cache.Items = batch;
                cache.Count = BatchSize;
                return cache;
            }
        }

        cache.Items[cache.Count++] = new PooledBuffer(this);
        return cache;
    }

    private void Spill(LocalCache cache)
    {
        lock (_lock)
        {
            if (_full.Count < MaxSharedBatches)
            {
                _full.Push(cache.Items);
                cache.Items = _empty.TryPop(out var empty) ? empty : new PooledBuffer[BatchSize];
            }
        }

        cache.Count = 0;
    }

    [DoesNotReturn]
    private static void ThrowReturnedTwice() => throw new InvalidOperationException("A pooled buffer was returned twice: whoever rents returns, once.");

    private sealed class LocalCache(BufferPool pool)
    {
        public readonly BufferPool Pool = pool;
        public PooledBuffer[] Items = new PooledBuffer[BatchSize];
        public int Count;
    }
}
