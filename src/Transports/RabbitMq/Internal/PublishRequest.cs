using RabbitMQ.Client;

namespace HighPerf.Transports.RabbitMq;

/// <summary>
/// A message on its way out, and who waits for its outcome. The buffer is the request's; it goes back when the outcome is known, but never while the library reads it.
/// </summary>
internal sealed class PublishRequest(RabbitMqQueue queue, in OutgoingMessage message) : TaskCompletionSource<PublishOutcome>(TaskCreationOptions.RunContinuationsAsynchronously)
{
    private const int Staged = 0;
    private const int Writing = 1;
    private const int Written = 2;
    private const int Done = 3;

    private readonly OutgoingMessage _message = message;
    private CancellationTokenRegistration _cancellation;
    private int _state;

    public RabbitMqQueue Queue { get; } = queue;

    public ref readonly OutgoingMessage Message => ref _message;

    public int Length { get; } = message.Bytes.Length;

    /// <summary>How a returned message is found: the broker gives back properties and not numbers.</summary>
    public string Id { get; } = message.Id.ToString();

    public required CachedString Exchange { get; init; }

    public required CachedString Route { get; init; }

    public MessageHeaders Headers { get; init; }

    /// <summary>The highest level of delays that it passes; -1 for none.</summary>
    public int Level { get; init; } = -1;

    /// <summary>False for what this transport moves by itself: it is not held up by a full queue.</summary>
    public bool WaitsForRoom { get; init; }

    /// <summary>Timestamp of its hand-over, then that after which its outcome is unknown.</summary>
    public long Deadline { get; set; }

    /// <summary>Why the broker gave it back; null when it did not.</summary>
    public string? Returned { get; set; }

    public int Refusals { get; set; }

    /// <summary>True while it is counted as on its way; guarded by the queue's lock.</summary>
    public bool IsAdmitted { get; set; }

    public bool IsDone => Volatile.Read(ref _state) == Done;

    public void CancelWith(CancellationToken cancellationToken)
        => _cancellation = cancellationToken.UnsafeRegister(static state => ((PublishRequest)state!).Queue.Line.Cancel((PublishRequest)state), this);

    public bool TryBeginWrite() => Interlocked.CompareExchange(ref _state, Writing, Staged) == Staged;

    public void EndWrite()
    {
        if (Interlocked.CompareExchange(ref _state, Written, Writing) == Done)
        {
            _message.Bytes.Return();
        }
    }

    /// <summary>It was refused and goes back into the line.</summary>
    public bool TryStageAgain() => Interlocked.CompareExchange(ref _state, Staged, Written) == Written;

    /// <summary>Ends it if it was not handed to the wire.</summary>
    public bool TryWithdraw(PublishOutcome outcome)
    {
        if (Interlocked.CompareExchange(ref _state, Done, Staged) != Staged)
        {
            return false;
        }

        _message.Bytes.Return();
        End(outcome);
        return true;
    }

    public bool TryComplete(PublishOutcome outcome)
    {
        var before = Interlocked.Exchange(ref _state, Done);
        if (before == Done)
        {
            return false;
        }

        if (before != Writing)
        {
            _message.Bytes.Return();
        }

        End(outcome);
        return true;
    }

    private void End(PublishOutcome outcome)
    {
        // Unregister and not Dispose: the callback may be what runs this.
        _cancellation.Unregister();
        Queue.Line.OnEnded(this, outcome);
        TrySetResult(outcome);
    }
}
