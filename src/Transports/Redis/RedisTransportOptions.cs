namespace HighPerf.Transports;

/// <summary>How Redis is used as a broker. Bounds are per queue.</summary>
public sealed class RedisTransportOptions : RedisOptions
{
    /// <summary>
    /// Name of this process as a consumer; random by default. One that stays the same over restarts gets what it had when it ended back at once instead of after a lease;
    /// it must then be its own among all processes.
    /// </summary>
    public string? ConsumerName { get; set; }

    /// <summary>Most messages that a queue holds ready or delayed; 1,000,000 by default. Further publishers wait.</summary>
    public long Capacity { get; set; } = 1_000_000;

    /// <summary>Most bytes of messages that a queue holds, deliveries that are out included; 1 GiB by default. Further publishers wait.</summary>
    public long CapacityBytes { get; set; } = 1024L * 1024 * 1024;

    /// <summary>The largest message; 64 MiB by default.</summary>
    public int MaxMessageBytes { get; set; } = 64 * 1024 * 1024;

    /// <summary>Most dead letters of a queue; 10,000 by default. A further one is not dropped: its message stays and is delivered again after <see cref="DeadLetterRetryDelay"/>.</summary>
    public int MaxDeadLetters { get; set; } = 10_000;

    /// <summary>How long a message waits whose move to the full dead letters was refused; 30 s by default.</summary>
    public TimeSpan DeadLetterRetryDelay { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// For how long the ids of accepted messages are remembered, and a message with such an id is accepted without being added again; zero, the default, for not at all.
    /// Costs a key of about 100 bytes per message in the window. An optimisation, never a guarantee (contract D15).
    /// </summary>
    public TimeSpan DeduplicationWindow { get; set; }

    /// <summary>Replicas that have to have a message before it is accepted (WAIT), which makes the level <see cref="DurabilityLevel.Replicated"/>; 0 by default. Not consensus: a failover can still lose what a minority had.</summary>
    public int WaitReplicas { get; set; }

    /// <summary>How long the replicas are waited for; 1 s by default. After that the outcome is unknown.</summary>
    public TimeSpan WaitTimeout { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The start is refused where Redis' configuration gives less; <see cref="DurabilityLevel.Memory"/>, the default, takes everything.</summary>
    public DurabilityLevel MinimumDurability { get; set; }

    /// <summary>The level that holds where CONFIG GET is not permitted; <see cref="DurabilityLevel.Memory"/> by default.</summary>
    public DurabilityLevel AssumedDurability { get; set; }

    /// <summary>How long a publish waits for a lost connection to come back before its outcome is unknown; 10 s by default.</summary>
    public TimeSpan PublishTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How often waiting publishers try again when nobody tells them that there is room; 0.25 s by default.</summary>
    public TimeSpan FullQueuePoll { get; set; } = TimeSpan.FromMilliseconds(250);

    internal void Validate()
    {
        ValidateConnection();
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Capacity);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(CapacityBytes);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxMessageBytes);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(MaxMessageBytes, 500 * 1024 * 1024);
        ArgumentOutOfRangeException.ThrowIfNegative(MaxDeadLetters);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(DeadLetterRetryDelay, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(DeduplicationWindow, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfNegative(WaitReplicas);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(WaitTimeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(PublishTimeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(FullQueuePoll, TimeSpan.Zero);
    }
}
