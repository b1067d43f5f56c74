namespace HighPerf.Transports.Kafka;

/// <summary>A message that this process has fetched. Reused; guarded by the intake's lock.</summary>
internal sealed class DeliveryRow(int index)
{
    public readonly int Index = index;
    public DeliveryState State;

    /// <summary>Names the present delivery; 0 while there is none.</summary>
    public long Token;

    /// <summary>Order of arrival.</summary>
    public long Sequence;

    public int Priority;
    public QueuePartition Partition = null!;
    public long Offset;

    /// <summary>Deliveries elsewhere, and here.</summary>
    public int Before;
    public int Times;

    public string? Key;

    /// <summary>True for the one message of its key that may be delivered.</summary>
    public bool HoldsKey;

    /// <summary>UTC ticks; 0 for never.</summary>
    public long Expires;

    /// <summary>Timestamp at which the lease lapses, or a held one is due.</summary>
    public long Deadline;

    /// <summary>Its partition is somebody else's.</summary>
    public bool IsVoid;

    public KafkaReceiver? Owner;
    public PooledBuffer? Bytes;

    public int Count => Before + Times;
}
