namespace HighPerf.Transports.Nats;

/// <summary>A delivery in this receiver's hands: which message, by which of its deliveries, until when.</summary>
internal struct DeliveryRow
{
    public long Token;
    public DeliveryState State;

    /// <summary>The lease ran out by this side's clock: it holds no place any more, and is not settled.</summary>
    public bool IsOverdue;

    public Lane Lane;

    /// <summary>Number in the stream.</summary>
    public long Sequence;

    /// <summary>Deliveries that count, this one included.</summary>
    public int Count;

    /// <summary>Deliveries from this consumer that do not count.</summary>
    public int Uncounted;

    public MessageHeaders Headers;

    /// <summary>The message's bytes, and behind them the subject where it is settled.</summary>
    public PooledBuffer? Bytes;

    /// <summary>Bytes of the message.</summary>
    public int Length;

    /// <summary>Of the connection that it came by.</summary>
    public int Epoch;

    /// <summary>Timestamps.</summary>
    public long ReceivedAt;
    public long Deadline;

    public readonly int Rank => Lane.Index is 0 or 2 ? Lane.Index : 1;

    public readonly ReadOnlySpan<byte> SettleSubject => Bytes!.Span[Length..];

    public readonly bool HoldsPlace => !IsOverdue && State is DeliveryState.Fetched or DeliveryState.Out or DeliveryState.Settling;
}
