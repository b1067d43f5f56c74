namespace HighPerf.Journal;

/// <summary>Told at opening what the journal holds, in the order in which it was written. Bytes are borrowed for the call.</summary>
public abstract class JournalReplay
{
    /// <summary>A record was added. It may be removed later in the same replay.</summary>
    public abstract void OnAdded(JournalEntry entry, byte type, ReadOnlySpan<byte> payload);

    /// <summary>A record got a note, instead of one that it had. May come more than once with the same note.</summary>
    public abstract void OnAmended(JournalEntry entry, byte type, ReadOnlySpan<byte> payload);

    /// <summary>A record was removed: forget the entry.</summary>
    public abstract void OnRemoved(JournalEntry entry);
}
