using HighPerf.State;
using HighPerf.TestKit.Brokers;
using HighPerf.TestKit.Conformance;

namespace HighPerf.Transports.Tests.Nats;

public sealed class NatsStateConformance : StateStoreConformance
{
    private readonly NatsHost _host = new("-n", "own");

    protected override bool HasOneSpaceOfKeys => false;

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        await _host.DisposeAsync();
    }

    protected override StateStore CreateStore() => new NatsStateStore(_host.Address);

    protected override Task StartServerAsync() => _host.StartAsync();

    protected override Task StopServerAsync()
    {
        _host.Stop();
        return Task.CompletedTask;
    }
}
