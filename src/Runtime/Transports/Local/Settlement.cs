using System.Threading.Tasks.Sources;
using HighPerf.Journal;

namespace HighPerf.Transports;

/// <summary>
/// A settlement on its way to the journal, and who awaits it, if anybody does. A removal that fails is kept by the store and tried again. Pooled by the store: back when it
/// was read, or at once when nobody waits.
/// </summary>
internal sealed class Settlement(MessageStore store) : JournalCommit, IValueTaskSource<bool>
{
    // Continuations are a worker's code: they must not run on the journal's thread.
    private ManualResetValueTaskSourceCore<bool> _core = new() { RunContinuationsAsynchronously = true };

    /// <summary>What is removed; null for a note.</summary>
    public JournalEntry? Removes;

    public bool IsAwaited;

    public ValueTask<bool> Task => new(this, _core.Version);

    /// <summary>There was nothing to write.</summary>
    public void OnNothing() => OnCommitted();

    protected internal override void OnCommitted()
    {
        Removes = null;
        if (IsAwaited)
        {
            _core.SetResult(true);
        }
        else
        {
            store.Recycle(this);
        }
    }

    protected internal override void OnFailed(JournalException error)
    {
        if (Removes is { } entry)
        {
            store.RemoveLater(entry);
        }

        Removes = null;
        if (IsAwaited)
        {
            _core.SetException(error);
        }
        else
        {
            store.Recycle(this);
        }
    }

    public bool GetResult(short token)
    {
        try
        {
            return _core.GetResult(token);
        }
        finally
        {
            _core.Reset();
            store.Recycle(this);
        }
    }

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
        => _core.OnCompleted(continuation, state, token, flags);
}
