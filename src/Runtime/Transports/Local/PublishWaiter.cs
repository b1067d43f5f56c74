using System.Threading.Tasks.Sources;
using HighPerf.Journal;

namespace HighPerf.Transports;

/// <summary>
/// A publisher that waits for room in a full queue, or for the journal of a durable one. Pooled by its queue: taken when a publish cannot end at once, back in the pool
/// when the publisher has read the outcome. Links, <see cref="IsQueued"/> and <see cref="Entry"/> are guarded by the queue's lock.
/// </summary>
internal sealed class PublishWaiter : JournalCommit, IValueTaskSource<PublishOutcome>
{
    private static readonly Action<object?> s_onCancelled = static state => ((PublishWaiter)state!).Cancel();

    private readonly LocalQueue _queue;

    // Continuations are a publisher's code: they must not run on the receiving thread that made room.
    private ManualResetValueTaskSourceCore<PublishOutcome> _core = new() { RunContinuationsAsynchronously = true };
    private CancellationTokenRegistration _cancellation;

    public PublishWaiter(LocalQueue queue) => _queue = queue;

    public PublishWaiter? Next;
    public PublishWaiter? Previous;
    public bool IsQueued;
    public PooledBuffer Message = null!;
    public long NotBeforeTicks;

    /// <summary>What the journal knows the message by, once it is staged there.</summary>
    public JournalEntry? Entry;

    /// <summary>Called once after the waiter was queued, outside the lock; a token that is cancelled already completes it here.</summary>
    public ValueTask<PublishOutcome> Wait(CancellationToken cancellationToken)
    {
        var task = new ValueTask<PublishOutcome>(this, _core.Version);
        _cancellation = cancellationToken.UnsafeRegister(s_onCancelled, this);
        return task;
    }

    public void Complete(PublishOutcome outcome) => _core.SetResult(outcome);

    public PublishOutcome GetResult(short token)
    {
        var outcome = _core.GetResult(token);

        // Waits for a callback that runs right now: after this line none can touch the waiter's next use.
        _cancellation.Dispose();
        _cancellation = default;
        _core.Reset();
        _queue.RecycleWaiter(this);
        return outcome;
    }

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
        => _core.OnCompleted(continuation, state, token, flags);

    protected internal override void OnCommitted() => _queue.OnStored(this);

    protected internal override void OnFailed(JournalException error) => _queue.OnStoreFailed(this, error);

    private void Cancel() => _queue.CancelWaiter(this);
}
