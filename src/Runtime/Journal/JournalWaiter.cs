using System.Threading.Tasks.Sources;

namespace HighPerf.Journal;

/// <summary>Somebody who awaits a commit. Pooled by the journal.</summary>
internal sealed class JournalWaiter(RecordJournal journal) : JournalCommit, IValueTaskSource, IValueTaskSource<JournalEntry>
{
    // Continuations are a user's code: they must not run on the journal's thread.
    private ManualResetValueTaskSourceCore<JournalEntry> _core = new() { RunContinuationsAsynchronously = true };

    public JournalEntry Entry = null!;

    public short Version => _core.Version;

    protected internal override void OnCommitted() => _core.SetResult(Entry);

    protected internal override void OnFailed(JournalException error) => _core.SetException(error);

    public JournalEntry GetResult(short token)
    {
        try
        {
            return _core.GetResult(token);
        }
        finally
        {
            _core.Reset();
            Entry = null!;
            journal.Recycle(this);
        }
    }

    void IValueTaskSource.GetResult(short token) => GetResult(token);

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
        => _core.OnCompleted(continuation, state, token, flags);
}
