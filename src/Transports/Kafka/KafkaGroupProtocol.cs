namespace HighPerf.Transports;

/// <summary>How Kafka divides the partitions of a queue among the processes that consume it.</summary>
public enum KafkaGroupProtocol
{
    /// <summary>By the members themselves, cooperatively: partitions that stay where they are go on meanwhile. For every broker from 2.4 on.</summary>
    Classic = 0,

    /// <summary>By the broker (KIP-848): faster, and no member holds up another. From Kafka 4.0 on.</summary>
    Consumer = 1,
}
