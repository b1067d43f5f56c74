using System.Threading.Tasks.Sources;

namespace HighPerf.Transports.Redis;

/// <summary>An acknowledgement on its way, and who waits for it. Pooled by its receiver.</summary>
internal sealed class SettleRequest(Acknowledgements owner) : IValueTaskSource<bool>
{
    private ManualResetValueTaskSourceCore<bool> _core = new() { RunContinuationsAsynchronously = true };

    public long Token;
    public int Stream;
    public StreamId Id;
    public int Times;
    public int Length;
    public string? Key;

    /// <summary>It was sent before and its answer was lost: an entry that is gone was then acknowledged by that.</summary>
    public bool IsAgain;

    public ValueTask<bool> Task => new(this, _core.Version);

    public void Complete(bool isSettled) => _core.SetResult(isSettled);

    public bool GetResult(short token)
    {
        var settled = _core.GetResult(token);
        _core.Reset();
        Key = null;
        IsAgain = false;
        owner.Recycle(this);
        return settled;
    }

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
        => _core.OnCompleted(continuation, state, token, flags);
}
