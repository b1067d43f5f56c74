namespace HighPerf.Journal;

/// <summary>A record that waits to be written.</summary>
internal readonly record struct StagedRecord(int Start, int Size, JournalOperation Operation, JournalEntry Entry, JournalCommit? Commit);
