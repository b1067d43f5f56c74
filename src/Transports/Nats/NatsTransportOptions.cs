using HighPerf.Connections;

namespace HighPerf.Transports;

/// <summary>How NATS is used as a broker. Bounds are per queue. What streams and consumers are made of is compared with what is there and never changed (contract D20).</summary>
public sealed class NatsTransportOptions
{
    internal const int MaxShards = 256;

    /// <summary>First part of every subject and stream; <c>hp</c> by default. Applications with different prefixes do not see each other; give each tenant an account of its own.</summary>
    public string Prefix { get; set; } = "hp";

    /// <summary>Most messages that a queue holds ready or delayed; 1,000,000 by default. Further publishers wait. Several processes that publish may exceed it, to twice as many, where the server refuses.</summary>
    public long Capacity { get; set; } = 1_000_000;

    /// <summary>Most bytes of messages that a queue holds, deliveries that are out included; 1 GiB by default. Further publishers wait.</summary>
    public long CapacityBytes { get; set; } = 1024L * 1024 * 1024;

    /// <summary>The largest message; what the server takes (max_payload, 1 MiB by its default) where that is less. 64 MiB by default.</summary>
    public int MaxMessageBytes { get; set; } = 64 * 1024 * 1024;

    /// <summary>Most dead letters of a queue; 10,000 by default. A further one is not dropped: its message stays and is delivered again after <see cref="DeadLetterRetryDelay"/>.</summary>
    public int MaxDeadLetters { get; set; } = 10_000;

    /// <summary>How long a message waits whose move to the full dead letters was refused; 30 s by default.</summary>
    public TimeSpan DeadLetterRetryDelay { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// For how long the server remembers ids, and accepts a message with such an id without adding it again; 10 min by default. It keeps about 100 bytes of memory for each message in
    /// the window. An optimisation, never a guarantee (contract D15).
    /// </summary>
    public TimeSpan DeduplicationWindow { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>
    /// Over how many consumers ordering keys are spread; 16 by default, 0 for none. One message of each is out at a time, so keys that share one wait for each other. Must be the same in
    /// all processes and cannot be changed while messages are there.
    /// </summary>
    public int OrderingShards { get; set; } = 16;

    /// <summary>Most deliveries of a priority class that are out at a time, over all processes; 65,536 by default. Delayed retries of up to a minute count as well.</summary>
    public int MaxAckPending { get; set; } = 65_536;

    /// <summary>How many servers of a cluster have a message before it is accepted; 1 by default, 3 or 5 make the level <see cref="DurabilityLevel.Replicated"/>.</summary>
    public int Replicas { get; set; } = 1;

    /// <summary>The start is refused where less is given; <see cref="DurabilityLevel.Memory"/>, the default, takes everything.</summary>
    public DurabilityLevel MinimumDurability { get; set; }

    /// <summary>Most messages whose outcome is outstanding at a time; 1,000 by default.</summary>
    public int MaxUnconfirmed { get; set; } = 1_000;

    /// <summary>How long a publish waits for a lost connection to come back before its outcome is unknown; 10 s by default.</summary>
    public TimeSpan PublishTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long an answer is waited for: then a publish is unknown, and a settlement taken for lost. 10 s by default.</summary>
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long the start waits for a server; 30 s by default.</summary>
    public TimeSpan StartTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>How often waiting publishers look again whether there is room; 0.25 s by default.</summary>
    public TimeSpan FullQueuePoll { get; set; } = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// The file of a user's credentials: a JWT and the seed of its key (<c>nsc generate creds</c>), or the seed alone (<c>nk -gen user</c>); null, the default, for the login of the address. It is
    /// read for each connection, so it may be replaced while the process runs; nothing of what is in it is printed.
    /// </summary>
    public string? CredentialsFile { get; set; }

    /// <summary>How the connection is made and kept. Hosts, and whether TLS is used, come from the address.</summary>
    public ConnectionOptions Connection { get; } = new();

    /// <summary>TLS of a <c>tls://</c> address.</summary>
    public TlsOptions Tls { get; } = new();

    internal static void CheckPrefix(string prefix)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(prefix, nameof(Prefix));
        if (prefix.Length > 32 || !prefix.All(static c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
        {
            throw new ArgumentException("A prefix is made of at most 32 letters, digits, - and _.", nameof(prefix));
        }
    }

    internal void Validate()
    {
        CheckPrefix(Prefix);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Capacity);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Capacity, long.MaxValue / 4);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(CapacityBytes);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxMessageBytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaxMessageBytes, 64 * 1024 * 1024);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxDeadLetters);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(DeadLetterRetryDelay, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(DeduplicationWindow, TimeSpan.FromMilliseconds(100));
        ArgumentOutOfRangeException.ThrowIfNegative(OrderingShards);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(OrderingShards, MaxShards);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxAckPending);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Replicas);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxUnconfirmed);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(PublishTimeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(RequestTimeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(StartTimeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(FullQueuePoll, TimeSpan.Zero);
    }
}
