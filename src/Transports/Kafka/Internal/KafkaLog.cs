using Microsoft.Extensions.Logging;

namespace HighPerf.Transports.Kafka;

/// <summary>Log messages of this transport: event ids 2500 to 2599.</summary>
internal static partial class KafkaLog
{
    [LoggerMessage(2500, LogLevel.Information, "Kafka at {Address}: {Brokers} brokers, librdkafka {Version}; accepted messages are taken to survive level {Level}")]
    public static partial void Connected(ILogger logger, string address, int brokers, string version, DurabilityLevel level);

    [LoggerMessage(2501, LogLevel.Warning, "{Client}: {Text} (code {Code})")]
    public static partial void ClientError(ILogger logger, string client, string text, int code);

    [LoggerMessage(2502, LogLevel.Debug, "{Client}: {Facility} {Text}")]
    public static partial void ClientSays(ILogger logger, string client, string facility, string text);

    [LoggerMessage(2503, LogLevel.Error, "The producer cannot go on ({Reason}) and is made anew; what it has sent without an answer is unknown")]
    public static partial void ProducerReplaced(ILogger logger, string reason);

    [LoggerMessage(2504, LogLevel.Information, "{Queue}: got {Count} partitions")]
    public static partial void Assigned(ILogger logger, string queue, int count);

    [LoggerMessage(2505, LogLevel.Information, "{Queue}: {Count} partitions go to others; {Lost} deliveries that were still out run again there")]
    public static partial void Revoked(ILogger logger, string queue, int count, int lost);

    [LoggerMessage(2506, LogLevel.Warning, "{Queue}: {Count} partitions are lost, others have them already; {Lost} deliveries run again there, nothing is committed")]
    public static partial void Lost(ILogger logger, string queue, int count, int lost);

    [LoggerMessage(2507, LogLevel.Warning, "{Queue}: offsets could not be committed ({Reason}); tried again")]
    public static partial void CommitFailed(ILogger logger, string queue, string reason);

    [LoggerMessage(2508, LogLevel.Error, "{Topic}/{Partition}: {Count} messages before offset {Offset} are gone before they were done: the topic's retention is too short")]
    public static partial void RetentionTooShort(ILogger logger, string topic, int partition, long count, long offset);

    [LoggerMessage(2509, LogLevel.Warning, "{Topic}/{Partition}: offset {Offset} is not done and {Window} later ones were begun: the partition waits for it")]
    public static partial void WindowFull(ILogger logger, string topic, int partition, long offset, int window);

    [LoggerMessage(2510, LogLevel.Error, "{Queue}: a {What} was refused ({Reason}); its message stays and is delivered again in {Delay}")]
    public static partial void CopyRefused(ILogger logger, string queue, string what, string reason, TimeSpan delay);

    [LoggerMessage(2511, LogLevel.Information, "Topic {Topic} is created with {Partitions} partitions")]
    public static partial void TopicCreated(ILogger logger, string topic, int partitions);

    [LoggerMessage(2512, LogLevel.Warning, "{What} is not possible at this broker or with this login ({Reason}); it is not tried again")]
    public static partial void NotManaged(ILogger logger, string what, string reason);

    [LoggerMessage(2513, LogLevel.Error, "{Queue}: the partitions' offsets cannot be read ({Reason}); tried again")]
    public static partial void OffsetsUnreadable(ILogger logger, string queue, string reason);

    [LoggerMessage(2514, LogLevel.Error, "{Queue}: the consumer's thread failed and goes on")]
    public static partial void LoopFailed(ILogger logger, string queue, Exception exception);
}
