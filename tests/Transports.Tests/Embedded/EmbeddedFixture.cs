using HighPerf.TestKit;
using HighPerf.TestKit.Conformance;

namespace HighPerf.Transports.Tests.Embedded;

/// <summary>The embedded transport on a manual clock and a real disk; each transport in a directory of its own.</summary>
public sealed class EmbeddedFixture : TransportFixture
{
    private readonly ManualTimeProvider _clock = new();
    private readonly List<string> _directories = [];

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

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _directories.ForEach(static directory => Directory.Delete(directory, recursive: true));
    }

    protected override Transport Create(TransportLimits limits)
    {
        var directory = Directory.CreateTempSubdirectory("highperf-embedded-").FullName;
        _directories.Add(directory);
        var options = new EmbeddedTransportOptions { Path = directory, Capacity = limits.Capacity, CapacityBytes = limits.CapacityBytes, SegmentBytes = 64 * 1024 };
        return new EmbeddedTransport("embedded", options, null, _clock, Buffers.Pool);
    }
}
