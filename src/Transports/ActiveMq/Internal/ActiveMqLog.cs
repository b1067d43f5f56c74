using Microsoft.Extensions.Logging;

namespace HighPerf.Transports.ActiveMq;

/// <summary>Log messages of this transport: event ids 2400 to 2499.</summary>
internal static partial class ActiveMqLog
{
    [LoggerMessage(2400, LogLevel.Information, "{Server} at {Address}: scheduler {Scheduler}, statistics {Statistics}; accepted messages are taken to survive level {Level}")]
    public static partial void Connected(ILogger logger, string server, string address, string scheduler, string statistics, DurabilityLevel level);

    [LoggerMessage(2401, LogLevel.Warning, "{Server} is not ActiveMQ Classic: this transport was not tested with it")]
    public static partial void NotClassic(ILogger logger, string server);

    [LoggerMessage(2402, LogLevel.Error, "{Queue}: {Count} settlements were refused ({Reason}); their messages are delivered again on a new connection")]
    public static partial void SettlementRefused(ILogger logger, string queue, int count, string reason);

    [LoggerMessage(2403, LogLevel.Warning, "{Queue}: {Count} deliveries are void, their connection is gone: {Reason}")]
    public static partial void DeliveriesLost(ILogger logger, string queue, int count, string reason);

    [LoggerMessage(2404, LogLevel.Warning, "A batch of {Count} publishes was refused ({Reason}): they are sent again one by one")]
    public static partial void BatchRefused(ILogger logger, int count, string reason);

    [LoggerMessage(2405, LogLevel.Error, "{Queue}: a {What} was refused ({Reason}); its message stays and is delivered again in {Delay}")]
    public static partial void CopyRefused(ILogger logger, string queue, string what, string reason, TimeSpan delay);
}
