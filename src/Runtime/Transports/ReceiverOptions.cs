namespace HighPerf.Transports;

/// <summary>How a queue is consumed.</summary>
public sealed record ReceiverOptions
{
    /// <summary>Most deliveries that are out at a time; 64 by default.</summary>
    public int Prefetch { get; init; } = 64;

    /// <summary>How long a delivery is this receiver's without renewal; 30 s by default (contract D6).</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(30);
}
