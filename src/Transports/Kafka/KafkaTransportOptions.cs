namespace HighPerf.Transports;

/// <summary>Bounds and time-outs of a <see cref="KafkaTransport"/>.</summary>
public sealed class KafkaTransportOptions
{
    /// <summary>In front of every topic's and group's name, so that they are told apart from others' in the same cluster; <c>hp.</c> by default.</summary>
    public string Prefix { get; set; } = "hp.";

    /// <summary>The largest message in bytes, envelope included; 1,000,000 by default. The topics' <c>max.message.bytes</c> and the brokers' <c>message.max.bytes</c> (1 MiB by default) have to allow it.</summary>
    public int MaxMessageBytes { get; set; } = 1_000_000;

    /// <summary>
    /// True, the default, creates topics that are absent, deletes those of reply queues when their process ends, and records that are settled. False leaves all of it to the broker
    /// (<c>auto.create.topics.enable</c>, <c>retention.ms</c>) or to you: create the topics that the README names, with a retention that is longer than anything can wait.
    /// </summary>
    public bool ManageTopics { get; set; } = true;

    /// <summary>Partitions of new topics of a queue, and so the most processes that can work on it at a time; 12 by default.</summary>
    public int Partitions { get; set; } = 12;

    /// <summary>Replicas of new topics; null, the default, for the brokers' <c>default.replication.factor</c>.</summary>
    public short? Replicas { get; set; }

    /// <summary>
    /// What accepted messages survive; <see cref="DurabilityLevel.Process"/> by default, as brokers do not sync before they confirm. <see cref="DurabilityLevel.Replicated"/> needs topics
    /// with three replicas or more and <c>min.insync.replicas</c> of two: the replicas are looked at when a queue is first used, and fewer are refused.
    /// </summary>
    public DurabilityLevel Durability { get; set; } = DurabilityLevel.Process;

    /// <summary>How partitions are divided among processes; <see cref="KafkaGroupProtocol.Classic"/> by default. The same for all processes of a queue.</summary>
    public KafkaGroupProtocol GroupProtocol { get; set; } = KafkaGroupProtocol.Classic;

    /// <summary>How long a process is silent until others get its partitions; 10 s by default. The broker's with <see cref="KafkaGroupProtocol.Consumer"/>.</summary>
    public TimeSpan SessionTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>A name of this process that survives its restart (<c>group.instance.id</c>): one that comes back within <see cref="SessionTimeout"/> keeps its partitions. Null, the default, for none.</summary>
    public string? InstanceId { get; set; }

    /// <summary>How long partitions that another process is to get wait for what is out of them; 10 s by default. What is not done by then runs a second time.</summary>
    public TimeSpan RevokeTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Most offsets between the oldest message of a partition that is not done and the newest that was begun; 10,000 by default. A task that runs for long holds its partition up at it.</summary>
    public int MaxWindow { get; set; } = 10_000;

    /// <summary>How long a publish waits for its confirmation before its outcome is unknown; 10 s by default.</summary>
    public TimeSpan PublishTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a publish waits for others to be sent with; 1 ms by default.</summary>
    public TimeSpan Linger { get; set; } = TimeSpan.FromMilliseconds(1);

    /// <summary>Most messages that are sent and not confirmed; 10,000 by default.</summary>
    public int MaxUnconfirmed { get; set; } = 10_000;

    /// <summary>Most bytes that are sent and not confirmed; 64 MiB by default.</summary>
    public long MaxUnconfirmedBytes { get; set; } = 64L * 1024 * 1024;

    /// <summary>How long the start waits for a broker; 30 s by default.</summary>
    public TimeSpan StartTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How long a broker has for an answer, before its connection is given up; 10 s by default.</summary>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a broker keeps a fetch open that has nothing to answer with; 500 ms by default.</summary>
    public TimeSpan FetchWait { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The longest wait before a connection is tried again; 5 s by default.</summary>
    public TimeSpan ReconnectLongest { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Further settings of librdkafka by their names, for TLS (<c>ssl.ca.location</c>), SASL (<c>sasl.mechanisms</c>) and what else a cluster needs. They win over what is set here otherwise; those
    /// that the delivery contract stands on (acks, idempotence, commits) are refused.
    /// </summary>
    public IDictionary<string, string> Properties { get; } = new Dictionary<string, string>(StringComparer.Ordinal);

    internal void Validate()
    {
        ArgumentNullException.ThrowIfNull(Prefix);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxMessageBytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaxMessageBytes, 128 * 1024 * 1024);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Partitions);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Partitions, 1_000);
        ArgumentOutOfRangeException.ThrowIfLessThan(SessionTimeout, TimeSpan.FromSeconds(1));
        ArgumentOutOfRangeException.ThrowIfLessThan(RevokeTimeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxWindow, 100);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaxWindow, 1_000_000);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(PublishTimeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(Linger, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxUnconfirmed);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaxUnconfirmed, 1_000_000);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxUnconfirmedBytes);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(StartTimeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(RequestTimeout, TimeSpan.FromSeconds(1));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(FetchWait, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(FetchWait, RequestTimeout);
        ArgumentOutOfRangeException.ThrowIfLessThan(ReconnectLongest, TimeSpan.FromMilliseconds(100));
        if (Replicas < 1)
        {
            throw new ArgumentException("Replicas is at least 1, or null.");
        }

        if (Durability > DurabilityLevel.Process && Durability != DurabilityLevel.Replicated)
        {
            throw new ArgumentException("Kafka's brokers do not sync before they confirm: Durability is Process, or Replicated where topics have three replicas.");
        }

        Check(Properties.Keys);
    }

    /// <exception cref="ArgumentException">A setting is ours.</exception>
    internal static void Check(IEnumerable<string> settings)
    {
        foreach (var name in settings)
        {
            if (name is "acks" or "request.required.acks" or "enable.idempotence" or "enable.auto.commit" or "auto.commit.enable" or "enable.auto.offset.store" or "group.id" or "auto.offset.reset"
                or "partition.assignment.strategy" or "transactional.id" or "log.queue")
            {
                throw new ArgumentException($"The delivery contract stands on '{name}': it cannot be set.");
            }
        }
    }
}
