using HighPerf.TestKit;
using HighPerf.TestKit.Conformance;
using HighPerf.Transports;

namespace HighPerf.Tests.Transports;

/// <summary>The in-memory transport on a manual clock.</summary>
public sealed class InMemoryFixture : TransportFixture
{
    private readonly ManualTimeProvider _clock = new();

    public override TimeProvider Clock => _clock;

    public override IReadOnlyDictionary<string, string> Waived { get; } = new Dictionary<string, string>
    {
        ["ReconnectConformance"] = "it is in this process: there is no connection",
        ["CorruptionConformance"] = "as ReconnectConformance",
        ["TopologyConformance"] = "nothing is declared: a queue is what is in it, and its bounds are those of the process that has it",
    };

    public override Task PassAsync(TimeSpan time)
    {
        _clock.Advance(time);
        return Task.CompletedTask;
    }

    protected override Transport Create(TransportLimits limits)
        => new InMemoryTransport("memory", new InMemoryTransportOptions { Capacity = limits.Capacity, CapacityBytes = limits.CapacityBytes }, _clock, Buffers.Pool);
}
