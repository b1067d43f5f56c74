using HighPerf.TestKit;
using HighPerf.TestKit.Conformance;

namespace HighPerf.Transports.Tests.Embedded;

/// <summary>A client of an embedded broker, over a socket; the broker is on a manual clock.</summary>
public sealed class EmbeddedClientFixture : TransportFixture
{
    // Longer than a frame takes from one end to the other on a busy machine.
    private static readonly TimeSpan s_wire = TimeSpan.FromMilliseconds(60);

    private readonly ManualTimeProvider _clock = new();
    private readonly List<(EmbeddedTransport Broker, string Directory)> _brokers = [];

    public override TimeProvider Clock => _clock;

    public override IReadOnlyDictionary<string, string> Waived { get; } = new Dictionary<string, string>
    {
        ["ReconnectConformance"] = "a network goes by the system's clock: EmbeddedSocketReconnect, and EmbeddedSocketCorruption",
        ["CorruptionConformance"] = "as ReconnectConformance",
        ["TopologyConformance"] = "nothing is declared: a queue is what is in it, and its bounds are those of the process that has it",
    };

    /// <summary>Of the broker that the first one began.</summary>
    public override Transport CreatePeer() => _brokers is [var (_, directory), ..] ? new EmbeddedClientTransport("client", SocketIn(directory), pool: Buffers.Pool) : base.CreatePeer();

    public override async Task PassAsync(TimeSpan time)
    {
        await Task.Delay(s_wire);
        _clock.Advance(time);
        await Task.Delay(s_wire);
    }

    public override Task SettleAsync() => Task.Delay(s_wire);

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        foreach (var (broker, directory) in _brokers)
        {
            await broker.DisposeAsync();
            Directory.Delete(directory, recursive: true);
        }
    }

    protected override Transport Create(TransportLimits limits)
    {
        var directory = Directory.CreateTempSubdirectory("highperf-embedded-").FullName;
        var socket = SocketIn(directory);
        var options = new EmbeddedTransportOptions { Path = directory, Capacity = limits.Capacity, CapacityBytes = limits.CapacityBytes, SegmentBytes = 64 * 1024, Socket = socket };
        var broker = new EmbeddedTransport("broker", options, null, _clock, new BufferPool());
        _brokers.Add((broker, directory));
        broker.StartAsync(CancellationToken.None).AsTask().GetAwaiter().GetResult();
        return new EmbeddedClientTransport("client", socket, pool: Buffers.Pool);
    }

    private static string SocketIn(string directory) => Path.Combine(directory, "s");
}
