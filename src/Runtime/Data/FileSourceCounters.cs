namespace HighPerf.Data;

/// <summary>What a source has counted since it was made. Changed and read by <see cref="Interlocked"/>.</summary>
internal sealed class FileSourceCounters
{
    public long FilesSeen;
    public long FilesCompleted;
    public long FilesFailed;
    public long DocumentsPublished;
    public long DocumentsSkipped;
    public long DocumentsFailed;
}
