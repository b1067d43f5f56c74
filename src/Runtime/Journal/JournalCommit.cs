namespace HighPerf.Journal;

/// <summary>
/// Told when what was staged with it is as durable as the journal makes it. Raised by the journal's own thread in the order of staging, after the commit of all of it: must
/// return quickly, must not throw, must not dispose the journal; may stage more.
/// </summary>
public abstract class JournalCommit
{
    /// <summary>The disk has it.</summary>
    protected internal abstract void OnCommitted();

    /// <summary>The disk does not have it; what <see cref="JournalException.IsUncertain"/> says aside.</summary>
    protected internal abstract void OnFailed(JournalException error);
}
