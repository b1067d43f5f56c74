using Microsoft.Extensions.Logging;

namespace HighPerf.Transports.Redis;

/// <summary>Log messages of this transport: event ids 2000 to 2099.</summary>
internal static partial class RedisLog
{
    [LoggerMessage(2000, LogLevel.Information, "Redis {Version} ({Mode}) at {Address}: accepted messages survive level {Level} ({Why})")]
    public static partial void Connected(ILogger logger, string version, string mode, string address, DurabilityLevel level, string why);

    [LoggerMessage(2001, LogLevel.Error, "{Queue}: {Count} entries were in flight and are not in the stream any more: somebody trimmed or deleted them, their messages are lost")]
    public static partial void EntriesGone(ILogger logger, string queue, long count);

    [LoggerMessage(2002, LogLevel.Warning, "{Queue}: {What} failed: {Reason}")]
    public static partial void CommandFailed(ILogger logger, string queue, string what, string reason);

    [LoggerMessage(2003, LogLevel.Information, "{Queue}: {Count} deliveries of {Consumer} that nobody here knows are given back")]
    public static partial void GivenBack(ILogger logger, string queue, string consumer, int count);

    [LoggerMessage(2004, LogLevel.Warning, "{Queue}: a dead letter was not taken, {Max} are there already; its message is delivered again later")]
    public static partial void DeadLettersFull(ILogger logger, string queue, int max);

    [LoggerMessage(2005, LogLevel.Warning, "CONFIG GET is not permitted ({Reason}): the level is taken from RedisTransportOptions.AssumedDurability ({Level}), eviction is not checked")]
    public static partial void NoConfig(ILogger logger, string reason, DurabilityLevel level);

    [LoggerMessage(2006, LogLevel.Error, "{Queue}: the receiving loop failed and goes on")]
    public static partial void PumpFailed(ILogger logger, string queue, Exception exception);

    [LoggerMessage(2007, LogLevel.Error, "{Connection}: a request failed when it was told that its reply is lost")]
    public static partial void RequestFailed(ILogger logger, string connection, Exception exception);
}
