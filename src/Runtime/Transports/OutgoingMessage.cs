namespace HighPerf.Transports;

/// <summary>
/// What a transport is given to publish: bytes, and those of the envelope's fields that brokers have native properties for. Publishing takes over
/// <see cref="Bytes"/>: the transport returns the buffer, whatever the outcome.
/// </summary>
public readonly struct OutgoingMessage
{
    /// <summary>Envelope and body.</summary>
    public required PooledBuffer Bytes { get; init; }

    /// <summary>Message id.</summary>
    public required MessageId Id { get; init; }

    /// <summary>
    /// Which attempt the message is for; 0 for the first. A retry is a copy under the id of its message: a window that drops repetitions goes by both, or it would drop every retry.
    /// </summary>
    public ushort Attempt { get; init; }

    /// <summary>Priority class.</summary>
    public MessagePriority Priority { get; init; }

    /// <summary>UTC ticks at which it is handed over, to within a few milliseconds; 0 where the publisher does not know.</summary>
    public long SentTicks { get; init; }

    /// <summary>UTC ticks before which it is not delivered; 0 for at once.</summary>
    public long NotBeforeTicks { get; init; }

    /// <summary>UTC ticks after which it need not be delivered; 0 for never.</summary>
    public long ExpiresTicks { get; init; }

    /// <summary>
    /// True for what follows from a delivery that is still out: its retry, the commands of an event, the next step of a workflow. A queue that its own worker publishes to
    /// could never empty if these had to wait for room, so they are admitted beyond the capacity, as redeliveries are.
    /// </summary>
    public bool IsFollowUp { get; init; }

    /// <summary>Ordering key; null for none.</summary>
    public string? OrderingKey { get; init; }
}
