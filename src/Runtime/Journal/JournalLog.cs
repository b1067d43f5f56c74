using Microsoft.Extensions.Logging;

namespace HighPerf.Journal;

/// <summary>What journals say. Event ids 1400 to 1499.</summary>
internal static partial class JournalLog
{
    [LoggerMessage(EventIds.Journal + 0, LogLevel.Information, "Journal '{Directory}': {Records} records in {Segments} segments, {Bytes} bytes, read in {Milliseconds} ms.")]
    public static partial void Opened(ILogger logger, string directory, int records, int segments, long bytes, double milliseconds);

    [LoggerMessage(EventIds.Journal + 1, LogLevel.Warning, "Journal '{Directory}': cut {Bytes} bytes of an unfinished write, which nobody was told had been kept, off segment {Segment} at {Offset}.")]
    public static partial void TornTailCut(ILogger logger, string directory, long segment, long offset, long bytes);

    [LoggerMessage(EventIds.Journal + 2, LogLevel.Error, "Journal '{Directory}': segment {Segment} is damaged from {Start} to {End}: {Description} It is kept as '{Quarantine}'; everything else was read.")]
    public static partial void Damaged(ILogger logger, string directory, long segment, long start, long end, string description, string quarantine);

    [LoggerMessage(EventIds.Journal + 3, LogLevel.Error, "Journal '{Directory}': {Count} records were not written.")]
    public static partial void WriteFailed(ILogger logger, Exception exception, string directory, int count);

    [LoggerMessage(EventIds.Journal + 4, LogLevel.Error, "Journal '{Directory}': segment {Segment} is given up at {Offset}, because the disk failed to keep what was written after that; going on in a new one.")]
    public static partial void SegmentGivenUp(ILogger logger, Exception exception, string directory, long segment, long offset);

    [LoggerMessage(EventIds.Journal + 5, LogLevel.Error, "Journal '{Directory}': segment {Segment} cannot be read at {Offset}; it is kept, and repaired when the journal is opened again.")]
    public static partial void MoveFailed(ILogger logger, string directory, long segment, long offset);

    [LoggerMessage(EventIds.Journal + 6, LogLevel.Error, "Journal '{Directory}': who was told of a commit threw.")]
    public static partial void CallbackFailed(ILogger logger, Exception exception, string directory);

    [LoggerMessage(EventIds.Journal + 7, LogLevel.Warning, "Journal '{Directory}': segment {Segment} is not needed any more and cannot be deleted: {Reason}")]
    public static partial void DeleteFailed(ILogger logger, string directory, long segment, string reason);
}
