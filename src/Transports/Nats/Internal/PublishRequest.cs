using System.Threading.Tasks.Sources;
using HighPerf.Transports.Nats.Protocol;

namespace HighPerf.Transports.Nats;

/// <summary>A message on its way out, and the publisher that waits for its outcome. Pooled by its queue; links and <see cref="Place"/> are guarded by the queue's lock.</summary>
internal sealed class PublishRequest(NatsQueue queue) : NatsRequest, IValueTaskSource<PublishOutcome>
{
    private static readonly Action<object?> s_onCancelled = static state => ((PublishRequest)state!).OnCancelled();

    // Continuations are a publisher's code: they must not run on the thread that reads answers.
    private ManualResetValueTaskSourceCore<PublishOutcome> _core = new() { RunContinuationsAsynchronously = true };
    private CancellationTokenRegistration _cancellation;

    public PublishRequest? Next;
    public PublishRequest? Previous;
    public PublishPlace Place;
    public OutgoingMessage Message;
    public bool IsCancelled;

    /// <summary>The order in which publishers came.</summary>
    public long Order;

    /// <summary>How often nobody was there to take it.</summary>
    public int Refusals;

    public ValueTask<PublishOutcome> Wait(CancellationToken cancellationToken)
    {
        var task = new ValueTask<PublishOutcome>(this, _core.Version);
        _cancellation = cancellationToken.UnsafeRegister(s_onCancelled, this);
        return task;
    }

    /// <summary>Returns the message's buffer and tells the publisher.</summary>
    public void Complete(PublishOutcome outcome)
    {
        Message.Bytes.Return();
        Message = default;
        _core.SetResult(outcome);
    }

    public override void Write(ref NatsWriter writer, scoped ReadOnlySpan<byte> replyTo) => queue.Write(ref writer, replyTo, in Message);

    public override void OnReply(in NatsFrame reply) => queue.OnAnswer(this, in reply);

    public override void OnLost(Exception reason) => queue.OnLost(this, reason);

    public PublishOutcome GetResult(short token)
    {
        var outcome = _core.GetResult(token);

        // Waits for a callback that runs right now: after this line none can touch the request's next use.
        _cancellation.Dispose();
        _cancellation = default;
        _core.Reset();
        IsCancelled = false;
        Refusals = 0;
        queue.Recycle(this);
        return outcome;
    }

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
        => _core.OnCompleted(continuation, state, token, flags);

    private void OnCancelled() => queue.Cancel(this);
}
