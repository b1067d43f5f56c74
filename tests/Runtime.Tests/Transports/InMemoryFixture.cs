using HighPerf.TestKit;
using HighPerf.TestKit.Conformance;
using HighPerf.Transports;

namespace HighPerf.Tests.Transports;

/// <summary>The in-memory transport on a manual clock.</summary>
public sealed class InMemoryFixture : TransportFixture
{
    private readonly ManualTimeProvider _clock = new();

    public override TimeProvider Clock => _clock;

    public override Task PassAsync(TimeSpan time)
    {
        _clock.Advance(time);
        return Task.CompletedTask;
    }

    protected override Transport Create(TransportLimits limits)
        => new InMemoryTransport("memory", new InMemoryTransportOptions { Capacity = limits.Capacity, CapacityBytes = limits.CapacityBytes }, _clock, Buffers.Pool);
}
