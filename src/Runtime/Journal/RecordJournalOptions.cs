namespace HighPerf.Journal;

/// <summary>How a journal writes and what it does about damage.</summary>
public sealed class RecordJournalOptions
{
    /// <summary>True, the default: a commit waits for the disk and survives a failed host. False: for the operating system, and survives a killed process.</summary>
    public bool FlushToDisk { get; set; } = true;

    /// <summary>Bytes after which a new segment is begun; 32 MiB by default, at least 4 KiB. A larger record has a segment of its own.</summary>
    public int SegmentBytes { get; set; } = 32 * 1024 * 1024;

    /// <summary>
    /// How long the journal's thread waits for as many writers as came last time before it writes for fewer; 200 µs by default, 5 ms at most, zero for not at all. One writer
    /// that waits for each of its records is never made to wait for others.
    /// </summary>
    public TimeSpan CommitWindow { get; set; } = TimeSpan.FromMicroseconds(200);

    /// <summary>Most bytes that wait to be written; 256 MiB by default. Staging more fails.</summary>
    public int MaxStagedBytes { get; set; } = 256 * 1024 * 1024;

    /// <summary>
    /// False, the default: a journal with damage in its middle is not opened, nothing is changed, and a report says what is damaged. True: the damaged segment is put aside in
    /// <c>quarantine</c> with the report, and the journal goes on with every record that can still be read. A torn tail is neither: it was never acknowledged, and is cut.
    /// </summary>
    public bool OpenDamaged { get; set; }

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(SegmentBytes, 4096);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxStagedBytes);
        ArgumentOutOfRangeException.ThrowIfLessThan(CommitWindow, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(CommitWindow, TimeSpan.FromMilliseconds(5));
    }
}
