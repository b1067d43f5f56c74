using System.Globalization;
using HighPerf.TestKit;
using HighPerf.TestKit.Brokers;
using HighPerf.TestKit.Faults;

namespace HighPerf.Transports.Tests.Nats;

/// <summary>Three servers, three replicas: one of them may be killed at any time.</summary>
public sealed class NatsClusterTests : IAsyncLifetime
{
    private readonly NatsHost[] _hosts = new NatsHost[3];
    private NatsTransport _transport = null!;

    public async Task InitializeAsync()
    {
        var ports = _hosts.Select(_ => FreePort()).ToArray();
        var routes = string.Join(',', ports.Select(port => $"nats://127.0.0.1:{port}"));
        for (var i = 0; i < _hosts.Length; i++)
        {
            _hosts[i] = new NatsHost("-n", "n" + i.ToString(CultureInfo.InvariantCulture), "--cluster_name", "c", "--cluster", $"nats://127.0.0.1:{ports[i]}", "--routes", routes);
        }

        await Task.WhenAll(_hosts.Select(host => host.StartAsync()));
        var options = new NatsTransportOptions { Replicas = 3, OrderingShards = 2, MinimumDurability = DurabilityLevel.Replicated };
        options.RequestTimeout = TimeSpan.FromSeconds(3);
        options.Connection.MaxBackOff = TimeSpan.FromSeconds(1);
        _transport = new NatsTransport("nats", $"nats://{string.Join(',', _hosts.Select(host => $"127.0.0.1:{host.Port}"))}", options);
        await _transport.StartAsync(default);
    }

    public async Task DisposeAsync()
    {
        await _transport.DisposeAsync();
        foreach (var host in _hosts)
        {
            await host.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_killed_node_loses_nothing_whoever_leads()
    {
        await using var load = new FaultLoad(_transport, "q");
        await load.StartAsync(publishers: 2, TimeSpan.FromSeconds(5));
        foreach (var host in _hosts)
        {
            await load.GoOnAsync(200);
            host.Kill();
            await load.GoOnAsync(200);
            await host.StartAsync();

            // A node that has just come back must catch up before the next one may go.
            await Task.Delay(TimeSpan.FromSeconds(5));
        }

        await load.DrainAsync();
    }

    private static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
    }
}
