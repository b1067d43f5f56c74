using System.Threading.Tasks.Sources;

namespace HighPerf.Transports.Kafka;

/// <summary>A record on its way, and who waits for its outcome. Pooled by its line; its fields are guarded by the line's lock until it ends.</summary>
internal sealed class PublishRequest(PublishLine owner, int slot) : IValueTaskSource<PublishOutcome>
{
    private ManualResetValueTaskSourceCore<PublishOutcome> _core = new() { RunContinuationsAsynchronously = true };

    /// <summary>By which its delivery report finds it.</summary>
    public readonly int Slot = slot;

    public string Topic = "";
    public int Partition;
    public string? Key;
    public RecordHeaders Headers;

    /// <summary>Until it is handed to the client, which copies.</summary>
    public ReadOnlyMemory<byte> Bytes;

    /// <summary>Returned with the hand-over; null when the bytes are somebody else's to return.</summary>
    public PooledBuffer? Buffer;

    public int Length;
    public bool IsWaiting;
    public CancellationTokenRegistration Cancellation;

    public ValueTask<PublishOutcome> Task => new(this, _core.Version);

    public void Complete(PublishOutcome outcome) => _core.SetResult(outcome);

    public PublishOutcome GetResult(short token)
    {
        var outcome = _core.GetResult(token);
        _core.Reset();
        owner.Recycle(this);
        return outcome;
    }

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
        => _core.OnCompleted(continuation, state, token, flags);

    public void Withdraw() => owner.Withdraw(this);

    public void ReturnBytes()
    {
        Buffer?.Return();
        (Buffer, Bytes) = (null, default);
    }
}
