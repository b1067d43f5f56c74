using Microsoft.Extensions.Logging;

namespace HighPerf.Control;

/// <summary>Log messages of this room (event ids: <see cref="EventIds"/>).</summary>
internal static partial class ControlLog
{
    [LoggerMessage(EventIds.Control + 0, LogLevel.Information, "{Banner}")]
    public static partial void Started(ILogger logger, string banner);

    [LoggerMessage(EventIds.Control + 1, LogLevel.Information, "Stopped after {Elapsed}")]
    public static partial void Stopped(ILogger logger, TimeSpan elapsed);

    [LoggerMessage(EventIds.Control + 2, LogLevel.Error, "{Role} did not stop cleanly")]
    public static partial void StopFailed(ILogger logger, string role, Exception exception);

    [LoggerMessage(EventIds.Control + 3, LogLevel.Warning, "The timetable ends with {Count} messages that are not due yet: at level Memory they end with the process")]
    public static partial void TimetableDropped(ILogger logger, int count);

    [LoggerMessage(EventIds.Control + 4, LogLevel.Warning, "A message that is due was not accepted by {Destination}: {Reason}; again in {Delay}")]
    public static partial void DuePublishFailed(ILogger logger, string destination, string reason, TimeSpan delay);

    [LoggerMessage(EventIds.Control + 5, LogLevel.Warning, "{Count} results were not waited for within the result lifetime")]
    public static partial void ResultsExpired(ILogger logger, int count);

    [LoggerMessage(EventIds.Control + 6, LogLevel.Information, "Source {Source} has nothing more to come")]
    public static partial void SourceCompleted(ILogger logger, string source);

    [LoggerMessage(EventIds.Control + 7, LogLevel.Error, "Source {Source} failed; again in {Delay}")]
    public static partial void SourceFailed(ILogger logger, string source, TimeSpan delay, Exception exception);

    [LoggerMessage(EventIds.Control + 8, LogLevel.Information, "Stopping: {Role}")]
    public static partial void Stopping(ILogger logger, string role);

    [LoggerMessage(EventIds.Control + 9, LogLevel.Warning, "{Destination} ends with {Count} messages: at level Memory they end with the process")]
    public static partial void QueueDropped(ILogger logger, string destination, long count);

    [LoggerMessage(EventIds.Control + 10, LogLevel.Error, "A recurring job failed; again in {Interval}")]
    public static partial void JobFailed(ILogger logger, TimeSpan interval, Exception exception);

    [LoggerMessage(EventIds.Control + 11, LogLevel.Warning, "Failpoints are set, this process misbehaves on purpose: {Failpoints}")]
    public static partial void Failpoints(ILogger logger, string failpoints);
}
