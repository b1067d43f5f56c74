using Microsoft.Extensions.Logging;

namespace HighPerf.Transports.Nats;

/// <summary>Log messages of this transport: event ids 2200 to 2299.</summary>
internal static partial class NatsLog
{
    [LoggerMessage(2200, LogLevel.Information, "NATS {Version} at {Address}: accepted messages survive level {Level} ({Why})")]
    public static partial void Connected(ILogger logger, string version, string address, DurabilityLevel level, string why);

    [LoggerMessage(2201, LogLevel.Information, "{Server} is in lame duck mode: it is left as soon as nothing is outstanding")]
    public static partial void LameDuck(ILogger logger, string server);

    [LoggerMessage(2202, LogLevel.Warning, "NATS says: {Error}")]
    public static partial void ServerError(ILogger logger, string error);

    [LoggerMessage(2203, LogLevel.Warning, "{Queue}: {What} failed: {Reason}")]
    public static partial void Failed(ILogger logger, string queue, string what, string reason);

    [LoggerMessage(2204, LogLevel.Warning, "{Queue}: {Count} messages that were settled before the server was killed had come back, and are removed")]
    public static partial void GhostsRemoved(ILogger logger, string queue, long count);

    [LoggerMessage(2205, LogLevel.Warning, "{Queue}: a dead letter was not taken ({Reason}); its message is delivered again later")]
    public static partial void DeadLetterRefused(ILogger logger, string queue, string reason);

    [LoggerMessage(2206, LogLevel.Warning, "{Queue}: consumer {Consumer} waits {Actual} for a settlement, the lease is {Lease}: what a dead process had comes back that late")]
    public static partial void LongerLease(ILogger logger, string queue, string consumer, TimeSpan actual, TimeSpan lease);

    [LoggerMessage(2207, LogLevel.Error, "{Queue}: the {What} loop failed and goes on")]
    public static partial void LoopFailed(ILogger logger, string queue, string what, Exception exception);

    [LoggerMessage(2208, LogLevel.Warning, "{Queue}: the consumer of {Lane} was silent for too long and is asked anew")]
    public static partial void Silent(ILogger logger, string queue, string lane);

    [LoggerMessage(2209, LogLevel.Debug, "Stream {Stream} of a reply queue could not be removed: {Reason}")]
    public static partial void ReplyStreamKept(ILogger logger, string stream, string reason);
}
