using HighPerf.Transports;

namespace HighPerf.TestKit.Conformance;

/// <summary>Bounds that a suite asks a fixture to configure.</summary>
public sealed record TransportLimits
{
    /// <summary>Messages per queue.</summary>
    public int Capacity { get; init; } = 10_000;

    /// <summary>Bytes per queue, and thereby the largest message.</summary>
    public long CapacityBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>How long repetitions are dropped, where that is an option; zero for the transport's default.</summary>
    public TimeSpan DeduplicationWindow { get; init; }
}
