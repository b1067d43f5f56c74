using System.Text;
using System.Threading.Tasks.Sources;
using HighPerf.Transports.ActiveMq.Stomp;

namespace HighPerf.Transports.ActiveMq;

/// <summary>A message on its way out, and the publisher that waits for its outcome. Pooled by its line; links and <see cref="Place"/> are guarded by the line's lock.</summary>
internal sealed class PublishRequest(PublishLine line) : IValueTaskSource<PublishOutcome>
{
    private static readonly Action<object?> s_onCancelled = static state => ((PublishRequest)state!).OnCancelled();

    // Continuations are a publisher's code: they must not run on the thread that reads receipts.
    private ManualResetValueTaskSourceCore<PublishOutcome> _core = new() { RunContinuationsAsynchronously = true };
    private CancellationTokenRegistration _cancellation;

    public PublishRequest? Next;
    public PublishRequest? Previous;
    public PublishPlace Place;
    public ActiveMqQueue Queue = null!;
    public OutgoingMessage Message;

    /// <summary>Timestamp of its hand-over.</summary>
    public long Since;

    /// <summary>How often it was sent again because a refusal could have meant it.</summary>
    public int Resends;

    public bool IsDelayed => Message.NotBeforeTicks != 0;

    public ValueTask<PublishOutcome> Wait(CancellationToken cancellationToken)
    {
        var task = new ValueTask<PublishOutcome>(this, _core.Version);
        _cancellation = cancellationToken.UnsafeRegister(s_onCancelled, this);
        return task;
    }

    /// <summary>The SEND up to what the caller adds; the caller ends it.</summary>
    public void Write(StompWriter writer, long utcNowTicks)
    {
        writer.Command("SEND"u8);
        writer.Raw("destination"u8, Queue.Names.Of((int)Message.Priority));
        writer.Raw("persistent"u8, "true"u8);
        Span<char> id = stackalloc char[36];
        Span<byte> idBytes = stackalloc byte[36];
        Message.Id.TryFormat(id, out _, default, null);
        Encoding.ASCII.GetBytes(id, idBytes);
        writer.Raw(ActiveMqHeaders.Id, idBytes);
        if (Message.OrderingKey is { } key)
        {
            writer.Header(ActiveMqHeaders.Key, key);
            writer.Header(ActiveMqHeaders.Group, key);
        }

        if (Message.ExpiresTicks != 0)
        {
            writer.Header(ActiveMqHeaders.Expires, (Message.ExpiresTicks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMillisecond);
        }

        // Rounded up: never early.
        var delay = (Message.NotBeforeTicks - utcNowTicks + TimeSpan.TicksPerMillisecond - 1) / TimeSpan.TicksPerMillisecond;
        if (Message.NotBeforeTicks != 0 && delay > 0)
        {
            writer.Header(ActiveMqHeaders.Delay, delay);
        }
    }

    /// <summary>Returns the message's buffer and tells the publisher.</summary>
    public void Complete(PublishOutcome outcome)
    {
        Message.Bytes.Return();
        Message = default;
        Resends = 0;
        _core.SetResult(outcome);
    }

    public PublishOutcome GetResult(short token)
    {
        var outcome = _core.GetResult(token);

        // Waits for a callback that runs right now: after this line none can touch the request's next use.
        _cancellation.Dispose();
        _cancellation = default;
        _core.Reset();
        line.Recycle(this);
        return outcome;
    }

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
        => _core.OnCompleted(continuation, state, token, flags);

    private void OnCancelled() => line.Cancel(this);
}
