using HighPerf.Connections;

namespace HighPerf.Transports;

/// <summary>How ActiveMQ is used as a broker.</summary>
public sealed class ActiveMqTransportOptions
{
    /// <summary>First part of every queue's name at the broker; <c>hp.</c> by default. Applications with different prefixes do not see each other; give each tenant one and an authorization entry for it.</summary>
    public string QueuePrefix { get; set; } = "hp.";

    /// <summary>The largest message; 16 MiB by default. ActiveMQ's STOMP connector itself takes at most 100 MiB.</summary>
    public int MaxMessageBytes { get; set; } = 16 * 1024 * 1024;

    /// <summary>
    /// What an accepted message survives. ActiveMQ does not say over STOMP how it stores; <see cref="DurabilityLevel.Host"/>, the default, is what KahaDB with its default
    /// <c>journalDiskSyncStrategy="always"</c> gives. Set less where the broker is configured for less.
    /// </summary>
    public DurabilityLevel AssumedDurability { get; set; } = DurabilityLevel.Host;

    /// <summary>
    /// How long a publish waits to be sent, while the connection is lost, and then for its receipt, while the broker holds up producers (producer flow control), before its outcome is
    /// unknown; 10 s by default. Settlements whose receipt takes longer are taken for lost.
    /// </summary>
    public TimeSpan PublishTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long the start waits for a broker; 30 s by default.</summary>
    public TimeSpan StartTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// True, the default, asks the broker's statistics plugin what a queue holds, if the broker has it. Set false to never ask: a broker without the plugin gets one message into
    /// a queue <c>ActiveMQ.Statistics.Broker</c> at each start, which expires after a second.
    /// </summary>
    public bool UseStatistics { get; set; } = true;

    /// <summary>
    /// True counts delayed messages where the length of a queue is asked. The broker's scheduler has one list for all queues, which is read as a whole each time: for brokers
    /// with few delayed messages. False, the default, says that it is not known.
    /// </summary>
    public bool CountDelayed { get; set; }

    /// <summary>For how long nothing must come any more until a purge takes the queue for empty; 0.3 s by default.</summary>
    public TimeSpan PurgeQuiet { get; set; } = TimeSpan.FromMilliseconds(300);

    /// <summary>How the connections are made and kept. Hosts, and whether TLS is used, come from the address.</summary>
    public ConnectionOptions Connection { get; } = new();

    /// <summary>TLS of a <c>stomp+ssl://</c> address.</summary>
    public TlsOptions Tls { get; } = new();

    internal void Validate()
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(QueuePrefix);
        if (QueuePrefix.Any(static character => !char.IsAsciiLetterOrDigit(character) && character is not ('.' or '-' or '_')))
        {
            throw new ArgumentException("A queue prefix has letters, digits, dots, dashes and underscores only.", nameof(QueuePrefix));
        }

        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxMessageBytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaxMessageBytes, 100 * 1024 * 1024);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(PublishTimeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(StartTimeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(PurgeQuiet, TimeSpan.Zero);
    }
}
