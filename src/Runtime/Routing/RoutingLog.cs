using Microsoft.Extensions.Logging;

namespace HighPerf.Routing;

/// <summary>Log messages of this room (event ids: <see cref="EventIds"/>).</summary>
internal static partial class RoutingLog
{
    [LoggerMessage(EventIds.Routing + 0, LogLevel.Debug, "Nobody subscribes to {Kind} {Message} ({Id})")]
    public static partial void NoSubscribers(ILogger logger, MessageKind kind, string message, MessageId id);

    [LoggerMessage(EventIds.Routing + 1, LogLevel.Warning, "Sink {Sink} did not take the result of {Task} ({Id}); again in {Delay}")]
    public static partial void SinkFailed(ILogger logger, string sink, string task, MessageId id, TimeSpan delay, Exception exception);
}
