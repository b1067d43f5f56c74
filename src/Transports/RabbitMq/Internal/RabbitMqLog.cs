using Microsoft.Extensions.Logging;

namespace HighPerf.Transports.RabbitMq;

/// <summary>Log messages of this transport: event ids 2100 to 2199.</summary>
internal static partial class RabbitMqLog
{
    [LoggerMessage(2100, LogLevel.Information, "Connected to RabbitMQ {Version} at {Address} ({Purpose}), connection {Epoch}")]
    public static partial void Connected(ILogger logger, string version, string address, string purpose, int epoch);

    [LoggerMessage(2101, LogLevel.Warning, "RabbitMQ at {Address} ({Purpose}): connection {Epoch} is lost: {Reason}")]
    public static partial void Lost(ILogger logger, string address, string purpose, int epoch, string reason);

    [LoggerMessage(2102, LogLevel.Warning, "RabbitMQ at {Address} ({Purpose}) cannot be reached, attempt {Attempt}: {Reason}")]
    public static partial void CannotConnect(ILogger logger, string address, string purpose, int attempt, string reason);

    [LoggerMessage(2103, LogLevel.Warning, "RabbitMQ at {Address} takes no messages (connection.blocked): {Reason}. Publishers wait, and are refused when it lasts")]
    public static partial void Blocked(ILogger logger, string address, string reason);

    [LoggerMessage(2104, LogLevel.Information, "RabbitMQ at {Address} takes messages again")]
    public static partial void Unblocked(ILogger logger, string address);

    [LoggerMessage(2105, LogLevel.Warning, "{Queue}: the channel of a consumer is lost: {Reason}; its deliveries go back, a new one is opened")]
    public static partial void ChannelLost(ILogger logger, string queue, string reason);

    [LoggerMessage(2106, LogLevel.Warning, "{Queue}: {What} failed: {Reason}")]
    public static partial void Failed(ILogger logger, string queue, string what, string reason);

    [LoggerMessage(2107, LogLevel.Warning, "{Queue}: a dead letter was not taken, {Max} are there already; its message is delivered again later")]
    public static partial void DeadLettersFull(ILogger logger, string queue, int max);

    [LoggerMessage(2108, LogLevel.Warning, "{Queue}: a delivery is out for {Minutes:0.#} min; after {Limit:0.#} min the broker closes its consumer's channel and delivers everything on it again. Make the task shorter, or raise the server's consumer_timeout and RabbitMqTransportOptions.ConsumerTimeout")]
    public static partial void NearConsumerTimeout(ILogger logger, string queue, double minutes, double limit);

    [LoggerMessage(2109, LogLevel.Warning, "{Queue}: no confirmation for {Seconds:0.#} s on an open connection; it is closed and made anew")]
    public static partial void NoConfirmation(ILogger logger, string queue, double seconds);

    [LoggerMessage(2110, LogLevel.Warning, "TLS to {Address} takes any certificate (AllowUntrustedPeer): whoever is on the way can read and change everything")]
    public static partial void Untrusted(ILogger logger, string address);

    [LoggerMessage(2111, LogLevel.Error, "The broker's queue {Name} does not answer: it has no leader, as too few of its nodes are there. The other queues are consumed without it, and it is asked again every ten seconds")]
    public static partial void NoAnswer(ILogger logger, string name);
}
