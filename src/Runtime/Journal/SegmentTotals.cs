namespace HighPerf.Journal;

/// <summary>Sums over a journal's segments. Written by the journal's thread.</summary>
internal sealed class SegmentTotals
{
    /// <summary>Bytes of records that are held.</summary>
    public long Live;

    /// <summary>Bytes of files.</summary>
    public long Disk;
}
