namespace HighPerf.Transports;

/// <summary>Bounds of a transport whose queues are in this process's memory; each is per queue.</summary>
public abstract class LocalTransportOptions
{
    /// <summary>Most messages that a queue holds ready or delayed; 65,536 by default. Deliveries that are out are bounded by their receivers' prefetch instead.</summary>
    public int Capacity { get; set; } = 65_536;

    /// <summary>Most bytes that a queue holds ready or delayed; 256 MiB by default. A single message larger than this is rejected.</summary>
    public long CapacityBytes { get; set; } = 256L * 1024 * 1024;

    /// <summary>
    /// Most dead letters that a queue keeps; 10,000 by default. When they are full, a further one is not dropped and does not push another out: its message stays
    /// in the queue, is delivered again after <see cref="DeadLetterRetryDelay"/>, and <see cref="LocalTransport.DeadLettersRefused"/> counts it.
    /// </summary>
    public int MaxDeadLetters { get; set; } = 10_000;

    /// <summary>How long a message waits whose move to the full dead letters was refused; 30 s by default.</summary>
    public TimeSpan DeadLetterRetryDelay { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Deliveries after which a message becomes a dead letter instead of being delivered again; -1, the default, for never. A backstop far above the runtime's own
    /// counting: a limit in the transport also hits messages that were prefetched and never started.
    /// </summary>
    public int MaxDeliveries { get; set; } = -1;

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Capacity);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(CapacityBytes);
        ArgumentOutOfRangeException.ThrowIfNegative(MaxDeadLetters);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(DeadLetterRetryDelay, TimeSpan.Zero);
        if (MaxDeliveries is 0 or < -1)
        {
            throw new ArgumentOutOfRangeException(nameof(MaxDeliveries), MaxDeliveries, "At least 1, or -1 for no limit.");
        }
    }
}
