namespace HighPerf.Transports.Nats.JetStream;

/// <summary>A durable pull consumer's configuration, as far as this transport sets and compares it.</summary>
internal sealed record ConsumerConfig
{
    public required string DurableName { get; init; }

    public string AckPolicy { get; init; } = "explicit";

    /// <summary>Nanoseconds.</summary>
    public long AckWait { get; init; }

    /// <summary>Without end: what is given up on is counted here and not there.</summary>
    public int MaxDeliver { get; init; } = -1;

    public string? FilterSubject { get; init; }

    public string DeliverPolicy { get; init; } = "all";

    public string ReplayPolicy { get; init; } = "instant";

    public int MaxAckPending { get; init; }

    public int MaxWaiting { get; init; } = 512;

    /// <summary>Nanoseconds without a pull after which the server removes it; null for never.</summary>
    public long? InactiveThreshold { get; init; }
}
