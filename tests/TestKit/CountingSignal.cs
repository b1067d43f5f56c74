using System.Collections.Concurrent;
using HighPerf.Transports;

namespace HighPerf.TestKit;

/// <summary>A receive signal that counts and can be awaited.</summary>
public sealed class CountingSignal : ReceiveSignal, IDisposable
{
    private readonly SemaphoreSlim _raised = new(0);
    private int _count;

    /// <summary>How often it was raised.</summary>
    public int Count => Volatile.Read(ref _count);

    /// <inheritdoc/>
    public override void OnReady()
    {
        Interlocked.Increment(ref _count);
        _raised.Release();
    }

    /// <summary>The tokens whose leases were said to be lost, in order.</summary>
    public ConcurrentQueue<long> Lost { get; } = new();

    /// <inheritdoc/>
    public override void OnLeaseLost(Receiver receiver, long token) => Lost.Enqueue(token);

    /// <summary>Completes at the next raise that no earlier call has seen; false after the time.</summary>
    public Task<bool> WaitAsync(TimeSpan timeout, CancellationToken cancellationToken = default) => _raised.WaitAsync(timeout, cancellationToken);

    /// <inheritdoc/>
    public void Dispose() => _raised.Dispose();
}
