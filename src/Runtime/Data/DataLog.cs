using Microsoft.Extensions.Logging;

namespace HighPerf.Data;

/// <summary>What sources and sinks say. Event ids 4000 to 4099.</summary>
internal static partial class DataLog
{
    [LoggerMessage(4000, LogLevel.Warning, "Sink {Sink}: recovered '{Path}' after an interrupted run: cut {Bytes} bytes and {Records} index records that nobody was told of; {Count} records are there.")]
    public static partial void SinkRecovered(ILogger logger, string sink, string path, long bytes, long records, int count);

    [LoggerMessage(4010, LogLevel.Information, "Source {Source}: {Files} files in '{Path}', {Done} of them done before.")]
    public static partial void Scanned(ILogger logger, string source, string path, int files, int done);

    [LoggerMessage(4011, LogLevel.Warning, "Source {Source}: '{File}' cannot be read and is skipped: {Reason}")]
    public static partial void FileSkipped(ILogger logger, string source, string file, string reason);

    [LoggerMessage(4012, LogLevel.Debug, "Source {Source}: '{File}' still cannot be read: {Reason}")]
    public static partial void FileStillSkipped(ILogger logger, string source, string file, string reason);

    [LoggerMessage(4013, LogLevel.Error, "Source {Source}: document {Index} of '{File}' ({Id}) has failed for good and will not be published again.")]
    public static partial void DocumentFailed(ILogger logger, Exception exception, string source, string file, long index, MessageId id);

    [LoggerMessage(4014, LogLevel.Warning, "Source {Source}: '{Path}' cannot be listed, trying again in {Interval}: {Reason}")]
    public static partial void ScanFailed(ILogger logger, string source, string path, TimeSpan interval, string reason);

    [LoggerMessage(4015, LogLevel.Warning, "Source {Source}: no notifications for '{Path}', new files are found by the rescan every {Interval}: {Reason}")]
    public static partial void WatchFailed(ILogger logger, string source, string path, TimeSpan interval, string reason);

    [LoggerMessage(4016, LogLevel.Warning, "Source {Source}: the checkpoint '{Path}' had {Records} records that are not whole; what they stood for is published again under the same ids.")]
    public static partial void CheckpointRepaired(ILogger logger, string source, string path, long records);

    [LoggerMessage(4017, LogLevel.Warning, "Source {Source}: a directory below '{Path}' cannot be listed and is skipped: {Reason}")]
    public static partial void DirectorySkipped(ILogger logger, string source, string path, string reason);
}
