using HighPerf.State;
using HighPerf.TestKit.Brokers;
using HighPerf.TestKit.Conformance;

namespace HighPerf.Transports.Tests.Redis;

public sealed class RedisStateConformance : StateStoreConformance
{
    private readonly RedisHost _host = new("--loglevel", "warning");

    public override async Task DisposeAsync()
    {
        await base.DisposeAsync();
        await _host.DisposeAsync();
    }

    protected override StateStore CreateStore() => new RedisStateStore(_host.Address);

    protected override Task StartServerAsync() => _host.StartAsync();

    protected override Task StopServerAsync()
    {
        _host.Stop();
        return Task.CompletedTask;
    }
}
