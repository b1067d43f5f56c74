using HighPerf.Transports;
using Microsoft.Extensions.Logging;

namespace HighPerf.Benchmarks;

/// <summary>An application as users build it, with one in-memory broker and one worker; it logs warnings only.</summary>
public sealed class Rig : IAsyncDisposable
{
    private readonly HighPerfApplication _application;

    private Rig(HighPerfApplication application) => _application = application;

    /// <summary>The publisher.</summary>
    public Publisher Publisher => _application.Publisher;

    /// <summary>Starts an application.</summary>
    public static async ValueTask<Rig> StartAsync(int capacity = ChannelHop.Capacity, int concurrency = 32)
    {
        var application = HighPerfApplication.Create(
            hp =>
            {
                hp.AddTransport("memory", _ => new InMemoryTransport("memory", new InMemoryTransportOptions { Capacity = capacity }));
                hp.AddWorker(worker =>
                {
                    worker.Concurrency = concurrency;
                    worker.CpuConcurrency = 1;
                });
            },
            minimumLevel: LogLevel.Warning);
        await application.StartAsync().ConfigureAwait(false);
        return new Rig(application);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _application.DisposeAsync();
}
