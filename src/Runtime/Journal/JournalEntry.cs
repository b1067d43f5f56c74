namespace HighPerf.Journal;

/// <summary>
/// A record that a journal holds: what <see cref="RecordJournal.Add"/> returns and what amending and removing it ask for. Where the record lies is the journal's business and
/// changes. Pooled: not to be touched once its removal is committed, or its adding failed.
/// </summary>
public sealed class JournalEntry
{
    internal JournalEntry()
    {
    }

    /// <summary>Grows from record to record, also over restarts.</summary>
    public long Number { get; internal set; }

    /// <summary>Whatever its user wants to find again.</summary>
    public object? Tag { get; set; }

    // Places belong to the journal's thread. A note lies behind its record in the journal's order, always: moving a record moves its note after it.
    internal Segment? Home;
    internal long Offset;
    internal int Size;
    internal Segment? NoteHome;
    internal long NoteOffset;
    internal int NoteSize;

    // Neighbours in the list of its segment.
    internal JournalEntry? Next;
    internal JournalEntry? Previous;
}
