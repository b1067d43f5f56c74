using System.Threading.Tasks.Sources;

namespace HighPerf.Transports.ActiveMq;

/// <summary>An acknowledgement on its way, and who waits for it. Pooled by its intake's settlements.</summary>
internal sealed class SettleRequest(Settlements owner) : IValueTaskSource<bool>
{
    private ManualResetValueTaskSourceCore<bool> _core = new() { RunContinuationsAsynchronously = true };

    public DeliveryRow Row = null!;
    public bool IsSettled;

    public ValueTask<bool> Task => new(this, _core.Version);

    public void Complete() => _core.SetResult(IsSettled);

    public bool GetResult(short token)
    {
        var settled = _core.GetResult(token);
        _core.Reset();
        Row = null!;
        owner.Recycle(this);
        return settled;
    }

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
        => _core.OnCompleted(continuation, state, token, flags);
}
