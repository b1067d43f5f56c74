namespace HighPerf.Transports;

/// <summary>A message that was given up on: its original bytes, why, and how often it was tried.</summary>
public sealed record DeadLetter
{
    /// <summary>Envelope and body, byte for byte as published.</summary>
    public required ReadOnlyMemory<byte> Bytes { get; init; }

    /// <summary>Why.</summary>
    public required DeadLetterReason Reason { get; init; }

    /// <summary>What happened, without arguments or secrets.</summary>
    public required string Description { get; init; }

    /// <summary>Deliveries until then.</summary>
    public required int DeliveryCount { get; init; }

    /// <summary>When it was given up on.</summary>
    public required DateTimeOffset At { get; init; }
}
