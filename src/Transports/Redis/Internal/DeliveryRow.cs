namespace HighPerf.Transports.Redis;

/// <summary>A delivery in this receiver's hands: which entry, by which of its deliveries, until when.</summary>
internal struct DeliveryRow
{
    public long Token;
    public DeliveryState State;

    /// <summary>The lease ran out by this side's clock: it holds no place any more. Whether it is lost the server says.</summary>
    public bool IsOverdue;

    /// <summary>Number of its stream, from 1.</summary>
    public int Stream;
    public StreamId Id;

    /// <summary>Times delivered out of this stream: with the owner's name what a settlement is checked against.</summary>
    public int Times;

    /// <summary>Deliveries before it was put into this stream.</summary>
    public int Before;

    public string? Key;
    public PooledBuffer? Bytes;
    public int Length;

    /// <summary>Timestamp.</summary>
    public long Deadline;

    public readonly bool HoldsPlace => !IsOverdue && State is DeliveryState.Fetched or DeliveryState.Out or DeliveryState.Settling;
}
