using HighPerf.State;
using HighPerf.TestKit.Conformance;

namespace HighPerf.Transports.Tests.Embedded;

public sealed class EmbeddedStateConformance : StateStoreConformance
{
    private readonly string _directory = Directory.CreateTempSubdirectory("highperf-embedded-").FullName;
    private EmbeddedTransport _broker = null!;

    private string SocketFile => Path.Combine(_directory, "s");

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        await _broker.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    protected override StateStore CreateStore() => new EmbeddedStateStore(SocketFile);

    protected override async Task StartServerAsync()
    {
        _broker = new EmbeddedTransport("broker", new EmbeddedTransportOptions { Path = Path.Combine(_directory, "queues"), Socket = SocketFile }, pool: new BufferPool());
        await _broker.StartAsync(CancellationToken.None);
    }

    protected override async Task StopServerAsync() => await _broker.DisposeAsync();
}
