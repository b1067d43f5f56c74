namespace HighPerf.Transports.Kafka;

/// <summary>Those of an ordering key that wait for the one that may be delivered. A key is of one partition.</summary>
internal sealed class KeyLine
{
    public readonly Queue<DeliveryRow> Rows = new();

    public QueuePartition Partition = null!;
}
