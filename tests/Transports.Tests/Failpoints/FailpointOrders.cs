using HighPerf.Diagnostics;
using HighPerf.TestKit.Conformance;

namespace HighPerf.Transports.Tests.Failpoints;

/// <summary>One queue for each failpoint of a sweep, with the same orders in each; by one process, once for all.</summary>
/// <typeparam name="TFixture">The transport's fixture.</typeparam>
public sealed class FailpointOrders<TFixture> : IAsyncLifetime
    where TFixture : TransportFixture, new()
{
    /// <summary>Messages of each kind in each queue.</summary>
    public const int Count = 4;

    private readonly Dictionary<string, string> _queues = [];

    public TFixture Fixture { get; } = new();

    public string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("highperf-failpoints-").FullName;

    public string QueueOf(string failpoint) => _queues[failpoint];

    public async Task InitializeAsync()
    {
        foreach (var name in FailpointNames.Ordered)
        {
            _queues[name] = Fixture.NewQueue();
        }

        Assert.Equal(0, await CrashApp.RunAsync(null, ["order", Fixture.Address, $"{Count}", .. _queues.Values]));
        _queues[Failpoint.AfterReply] = Fixture.NewQueue();
    }

    public async Task DisposeAsync()
    {
        await Fixture.DisposeAsync();
        System.IO.Directory.Delete(Directory, recursive: true);
    }
}
