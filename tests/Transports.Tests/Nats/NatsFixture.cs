using System.Net;
using HighPerf.TestKit.Brokers;
using HighPerf.TestKit.Conformance;

namespace HighPerf.Transports.Tests.Nats;

/// <summary>The NATS transport on a real server, by its clock. One server for all conformance tests: each has its own queue.</summary>
public sealed class NatsFixture : TransportFixture
{
    private static readonly Lazy<Task<NatsHost>> s_host = new(StartAsync);

    public override TimeProvider Clock => TimeProvider.System;

    public override string Address => s_host.Value.GetAwaiter().GetResult().Address;

    public override IPEndPoint Server => new(IPAddress.Loopback, s_host.Value.GetAwaiter().GetResult().Port);

    public override TimeSpan Lease => TimeSpan.FromSeconds(3);

    public override async Task PassAsync(TimeSpan time) => await Task.Delay(time + TimeSpan.FromMilliseconds(20));

    /// <summary>Some hundred round trips.</summary>
    public override async Task SettleAsync() => await Task.Delay(TimeSpan.FromMilliseconds(120));

    public override Transport CreateVia(EndPoint proxy)
    {
        var limits = new TransportLimits();
        var options = new NatsTransportOptions { Capacity = limits.Capacity, CapacityBytes = limits.CapacityBytes };
        options.Connection.SilenceTimeout = TimeSpan.FromSeconds(2);
        options.Connection.PingInterval = TimeSpan.FromMilliseconds(500);
        options.Connection.ConnectTimeout = TimeSpan.FromSeconds(2);
        options.Connection.MaxBackOff = TimeSpan.FromSeconds(1);
        return new NatsTransport("nats", $"nats://{proxy}", options, pool: Buffers.Pool);
    }

    protected override Transport Create(TransportLimits limits)
        => new NatsTransport("nats", Address, new NatsTransportOptions { Capacity = limits.Capacity, CapacityBytes = limits.CapacityBytes }, pool: Buffers.Pool);

    private static async Task<NatsHost> StartAsync()
    {
        var host = new NatsHost();
        await host.StartAsync();
        return host;
    }
}
