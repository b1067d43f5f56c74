namespace HighPerf.Transports.RabbitMq;

/// <summary>A delivery in this receiver's hands.</summary>
internal sealed class DeliveryRow
{
    public long Token;
    public DeliveryState State;

    /// <summary>The broker's number, on the channel of <see cref="Epoch"/>.</summary>
    public ulong Tag;

    /// <summary>Which of the receiver's channels it came by. What came by an earlier one is not settled any more (contract D18).</summary>
    public int Epoch;

    /// <summary>Number of the place it is from.</summary>
    public int Place;

    public required string Id;
    public MessageHeaders Headers;
    public required PooledBuffer Bytes;

    /// <summary>Deliveries as the consumer is told, this one included.</summary>
    public int Count;

    /// <summary>Deliveries as the broker's headers have them, this one included.</summary>
    public int BrokerCount;

    /// <summary>Timestamp of its arrival: the broker's consumer timeout runs from then.</summary>
    public long Arrived;

    /// <summary>Timestamp: the end of the lease when out, the instant of the retry when held, the time of its return when it was given back.</summary>
    public long Deadline;

    /// <summary>It was out and came back: in front of all that was not.</summary>
    public bool IsReturned;

    /// <summary>It is one of the prefetch's: with the consumer, or being settled.</summary>
    public bool HoldsPlace;

    public bool IsWarned;

    public bool IsKeyed => Place >= RabbitMqNames.FirstShard;
}
