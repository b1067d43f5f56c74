using System.Threading.Tasks.Sources;

namespace HighPerf.Transports.Redis;

/// <summary>A message on its way out, and the publisher that waits for its outcome. Pooled by its queue; links and <see cref="Place"/> are guarded by the queue's lock.</summary>
internal sealed class PublishRequest(RedisQueue queue) : IValueTaskSource<PublishOutcome>
{
    private static readonly Action<object?> s_onCancelled = static state => ((PublishRequest)state!).OnCancelled();

    // Continuations are a publisher's code: they must not run on the thread that reads replies.
    private ManualResetValueTaskSourceCore<PublishOutcome> _core = new() { RunContinuationsAsynchronously = true };
    private CancellationTokenRegistration _cancellation;

    public PublishRequest? Next;
    public PublishRequest? Previous;
    public PublishPlace Place;
    public OutgoingMessage Message;
    public PublishOutcome Outcome;
    public bool IsCancelled;

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

    public PublishOutcome GetResult(short token)
    {
        var outcome = _core.GetResult(token);

        // Waits for a callback that runs right now: after this line none can touch the request's next use.
        _cancellation.Dispose();
        _cancellation = default;
        _core.Reset();
        IsCancelled = false;
        queue.Recycle(this);
        return outcome;
    }

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
        => _core.OnCompleted(continuation, state, token, flags);

    private void OnCancelled() => queue.Cancel(this);
}
