using System.Net;
using HighPerf.TestKit.Brokers;
using HighPerf.TestKit.Conformance;

namespace HighPerf.Transports.Tests.ActiveMq;

/// <summary>The ActiveMQ transport on a real broker. One broker for all conformance tests: each has its own queue.</summary>
public sealed class ActiveMqFixture : TransportFixture
{
    private static readonly Lazy<Task<ActiveMqHost>> s_host = new(StartAsync);

    public override TimeProvider Clock => TimeProvider.System;

    public override string Address => Host.GetAwaiter().GetResult().Address;

    public override IPEndPoint Server => new(IPAddress.Loopback, Host.GetAwaiter().GetResult().Port);

    public override TimeSpan Lease => TimeSpan.FromSeconds(3);

    public override IReadOnlyDictionary<string, string> Waived { get; } = new Dictionary<string, string>
    {
        ["BackPressureConformance"] = "a queue has no bound in messages, and its bound in bytes is the broker's configuration, which holds up a whole connection; "
            + "the prefetch's bound and a held-up publisher are in ActiveMqBackPressureTests",
    };

    /// <summary>The broker that all tests share.</summary>
    public static Task<ActiveMqHost> Host => s_host.Value;

    public override async Task PassAsync(TimeSpan time) => await Task.Delay(time + TimeSpan.FromMilliseconds(20));

    /// <summary>Some hundred round trips.</summary>
    public override async Task SettleAsync() => await Task.Delay(TimeSpan.FromMilliseconds(200));

    public override Transport CreateVia(EndPoint proxy)
    {
        var options = new ActiveMqTransportOptions { PublishTimeout = TimeSpan.FromSeconds(3) };
        options.Connection.SilenceTimeout = TimeSpan.FromSeconds(3);
        options.Connection.PingInterval = TimeSpan.FromMilliseconds(500);
        options.Connection.ConnectTimeout = TimeSpan.FromSeconds(2);
        options.Connection.MaxBackOff = TimeSpan.FromSeconds(1);
        return new ActiveMqTransport("activemq", $"stomp://{proxy}", options, pool: Buffers.Pool);
    }

    protected override Transport Create(TransportLimits limits)
    {
        var options = new ActiveMqTransportOptions { MaxMessageBytes = (int)limits.CapacityBytes, CountDelayed = true };
        return new ActiveMqTransport("activemq", Address, options, pool: Buffers.Pool);
    }

    private static async Task<ActiveMqHost> StartAsync()
    {
        var host = new ActiveMqHost();
        await host.StartAsync();

        // Nobody disposes what all share; its journals are 32 MB each.
        AppDomain.CurrentDomain.ProcessExit += (_, _) => host.DisposeAsync().AsTask().Wait();
        return host;
    }
}
