using HighPerf.Connections;

namespace HighPerf.Transports;

/// <summary>How RabbitMQ is used as a broker. Bounds are per queue.</summary>
public sealed class RabbitMqTransportOptions
{
    /// <summary>
    /// Most messages that a queue holds ready or delayed; 1,000,000 by default. Further publishers wait. Counted at the broker when this process thinks that it is reached;
    /// several publishing processes can exceed it by what each publishes between two counts, and the broker refuses at twice the bound.
    /// </summary>
    public int Capacity { get; set; } = 1_000_000;

    /// <summary>Most bytes of messages that a queue holds; 1 GiB by default. The broker does not tell bytes: they are the count times the mean size of what this process published.</summary>
    public long CapacityBytes { get; set; } = 1024L * 1024 * 1024;

    /// <summary>The largest message; 16 MiB by default, what RabbitMQ 4 takes. Checked before anything is sent.</summary>
    public int MaxMessageBytes { get; set; } = 16 * 1024 * 1024;

    /// <summary>Most dead letters of a queue; 10,000 by default. A further one is not dropped: its message is delivered again after <see cref="DeadLetterRetryDelay"/>.</summary>
    public int MaxDeadLetters { get; set; } = 10_000;

    /// <summary>How long a message waits whose move to the full dead letters was refused; 30 s by default.</summary>
    public TimeSpan DeadLetterRetryDelay { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Queues over which ordering keys are spread, each with a single active consumer; 4 by default, 0 for no keys. The same for all processes of a queue, and not to be changed
    /// while keyed messages wait: a key would be in two queues.
    /// </summary>
    public int OrderingShards { get; set; } = 4;

    /// <summary>Delays are rounded up to multiples of it; 250 ms by default, 1 s at most. The same for all processes of a queue.</summary>
    public TimeSpan DelayUnit { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// The broker's <c>consumer_timeout</c>: a delivery that is out for longer costs the whole channel. It cannot be asked for over AMQP, so it has to be said here; 30 minutes, the
    /// broker's default, by default. A delivery that comes near it is warned about.
    /// </summary>
    public TimeSpan ConsumerTimeout { get; set; } = TimeSpan.FromMinutes(30);

    /// <summary>The broker's limit of deliveries (<c>x-delivery-limit</c>); null, the default, for the server's own: none before RabbitMQ 4, 20 from then on. What reaches it is a dead letter.</summary>
    public int? DeliveryLimit { get; set; }

    /// <summary>Nodes that a new queue is on (<c>x-quorum-initial-group-size</c>); null, the default, for the server's own.</summary>
    public int? ReplicaCount { get; set; }

    /// <summary>
    /// True, the default, declares queues that are absent and compares those that are there; one that differs is an error and is not changed. False takes what is there:
    /// for a login that may not configure, or for bounds that policies set.
    /// </summary>
    public bool DeclareTopology { get; set; } = true;

    /// <summary>
    /// What accepted messages survive; <see cref="DurabilityLevel.Host"/> by default, as quorum queues sync their log before they confirm. The number of nodes cannot be asked for
    /// over AMQP: say <see cref="DurabilityLevel.Replicated"/> for a cluster of three or more.
    /// </summary>
    public DurabilityLevel Durability { get; set; } = DurabilityLevel.Host;

    /// <summary>How long a publish waits for its confirmation, or for a lost connection to come back, before its outcome is unknown; 10 s by default.</summary>
    public TimeSpan PublishTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long the start waits for a server; 30 s by default.</summary>
    public TimeSpan StartTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How often waiting publishers try again when nobody tells them that there is room; 0.25 s by default.</summary>
    public TimeSpan FullQueuePoll { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>Most messages that are sent and not confirmed; 1,000 by default.</summary>
    public int MaxUnconfirmed { get; set; } = 1_000;

    /// <summary>Most bytes that are sent and not confirmed; 64 MiB by default.</summary>
    public long MaxUnconfirmedBytes { get; set; } = 64L * 1024 * 1024;

    /// <summary>Heartbeats of the connections; 10 s by default. A peer that is silent for two is given up.</summary>
    public TimeSpan Heartbeat { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Time for TCP, TLS and AMQP's handshake, and for each call to the broker; 10 s by default.</summary>
    public TimeSpan CallTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long the kernel sends into silence before it gives a connection up (Linux); 15 s by default.</summary>
    public TimeSpan TcpUserTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>The shortest wait before a connection is tried again; 100 ms by default.</summary>
    public TimeSpan ReconnectShortest { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>The longest wait before a connection is tried again; 5 s by default.</summary>
    public TimeSpan ReconnectLongest { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>True logs in by the client certificate (mechanism EXTERNAL, plugin rabbitmq_auth_mechanism_ssl) and not by name and password. Needs an <c>amqps://</c> address.</summary>
    public bool UseExternalLogin { get; set; }

    /// <summary>TLS of an <c>amqps://</c> address.</summary>
    public TlsOptions Tls { get; } = new();

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Capacity);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Capacity, 1_000_000_000);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(CapacityBytes);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxMessageBytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaxMessageBytes, 128 * 1024 * 1024);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxDeadLetters);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(DeadLetterRetryDelay, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfNegative(OrderingShards);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(OrderingShards, 64);
        ArgumentOutOfRangeException.ThrowIfLessThan(DelayUnit, TimeSpan.FromMilliseconds(10));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(DelayUnit, TimeSpan.FromSeconds(1));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(ConsumerTimeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(PublishTimeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(StartTimeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(FullQueuePoll, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxUnconfirmed);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxUnconfirmedBytes);
        ArgumentOutOfRangeException.ThrowIfLessThan(Heartbeat, TimeSpan.FromSeconds(1));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(CallTimeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(TcpUserTimeout, TimeSpan.FromSeconds(1));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(ReconnectShortest, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(ReconnectLongest, ReconnectShortest);
        if (DeliveryLimit < 0 || ReplicaCount < 1)
        {
            throw new ArgumentException("DeliveryLimit is at least 0 and ReplicaCount at least 1, or null.");
        }
    }
}
