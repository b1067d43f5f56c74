using System.Threading.Tasks.Sources;

namespace HighPerf.Transports.Kafka;

/// <summary>Somebody who waits until what he settled is committed. Pooled by its intake.</summary>
internal sealed class Settlement(Stack<Settlement> pool) : IValueTaskSource<bool>
{
    private ManualResetValueTaskSourceCore<bool> _core = new() { RunContinuationsAsynchronously = true };

    public ValueTask<bool> Task => new(this, _core.Version);

    public void Complete(bool isSettled) => _core.SetResult(isSettled);

    public bool GetResult(short token)
    {
        var settled = _core.GetResult(token);
        _core.Reset();
        lock (pool)
        {
            pool.Push(this);
        }

        return settled;
    }

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
        => _core.OnCompleted(continuation, state, token, flags);
}
