using HighPerf.Transports;
using Microsoft.Extensions.Logging;

namespace HighPerf.Publishing;

/// <summary>Log messages of this room (event ids: <see cref="EventIds"/>).</summary>
internal static partial class PublishingLog
{
    [LoggerMessage(EventIds.Publishing + 0, LogLevel.Debug, "Results that come from other processes by {Broker} arrive in {Queue}")]
    public static partial void Listening(ILogger logger, string broker, string queue);

    [LoggerMessage(EventIds.Publishing + 1, LogLevel.Error, "Taking in replies from {Queue} failed; it goes on with the next signal")]
    public static partial void RepliesFailed(ILogger logger, Destination queue, Exception exception);

    [LoggerMessage(EventIds.Publishing + 2, LogLevel.Error, "A message of {Queue} is no reply and is a dead letter now: {Error}")]
    public static partial void ReplyUndecodable(ILogger logger, Destination queue, string error);

    [LoggerMessage(EventIds.Publishing + 3, LogLevel.Warning, "What follows from a reply of {Queue} could not be done; it comes again in {Delay}")]
    public static partial void ReplyGivenBack(ILogger logger, Destination queue, TimeSpan delay, Exception exception);

    [LoggerMessage(EventIds.Publishing + 4, LogLevel.Warning, "A reply queue could not be closed; it ends when nobody used it for a while")]
    public static partial void ReplyQueueNotClosed(ILogger logger, Exception exception);
}
