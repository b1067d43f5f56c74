using System.Net;
using HighPerf.TestKit.Brokers;
using HighPerf.TestKit.Conformance;
using RabbitMQ.Client;

namespace HighPerf.Transports.Tests.RabbitMq;

/// <summary>The RabbitMQ transport on a real server. One server for all conformance tests: each has its own queue, which is deleted with it.</summary>
public sealed class RabbitMqFixture : TransportFixture
{
    private static readonly Lazy<Task<RabbitMqHost>> s_host = new(StartHostAsync);

    private readonly List<string> _queues = [];

    public override TimeProvider Clock => TimeProvider.System;

    public override string Address => Host.GetAwaiter().GetResult().Address;

    public override IPEndPoint Server => new(IPAddress.Loopback, Host.GetAwaiter().GetResult().Port);

    public override TimeSpan Lease => TimeSpan.FromSeconds(3);

    public override bool TellsAge => false;

    public static Task<RabbitMqHost> Host => s_host.Value;

    public override async Task PassAsync(TimeSpan time) => await Task.Delay(time + TimeSpan.FromMilliseconds(20));

    /// <summary>Some hundred round trips, and what waits here for somebody who asks goes back to the broker.</summary>
    public override async Task SettleAsync() => await Task.Delay(TimeSpan.FromMilliseconds(150));

    public override string NewQueue()
    {
        var queue = base.NewQueue();
        _queues.AddRange([queue, queue + ".parked"]);
        return queue;
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (_queues.Count > 0)
        {
            await DeleteAsync((await Host).Address, _queues);
        }
    }

    /// <summary>Deletes what queues are made of: a node that keeps hundreds of quorum queues becomes slow.</summary>
    public static async Task DeleteAsync(string address, IReadOnlyList<string> queues)
    {
        await using var connection = await new ConnectionFactory { Uri = new Uri(address) }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        foreach (var queue in queues)
        {
            string[] suffixes = ["", ":high", ":low", ":dead", ":due", .. Enumerable.Range(0, 4).Select(i => $":key{i}"), .. Enumerable.Range(0, 12).Select(i => $":delay{i}")];
            foreach (var suffix in suffixes)
            {
                await channel.QueueDeleteAsync(queue + suffix);
                await channel.ExchangeDeleteAsync(queue + suffix);
            }
        }
    }

    public override Transport CreateVia(EndPoint proxy)
    {
        var limits = new TransportLimits();
        var options = new RabbitMqTransportOptions
        {
            Capacity = limits.Capacity,
            CapacityBytes = limits.CapacityBytes,
            PublishTimeout = TimeSpan.FromSeconds(3),
            Heartbeat = TimeSpan.FromSeconds(2),
            CallTimeout = TimeSpan.FromSeconds(5),
            TcpUserTimeout = TimeSpan.FromSeconds(5),
            ReconnectLongest = TimeSpan.FromSeconds(1),
        };
        return new RabbitMqTransport("rabbit", $"amqp://guest:guest@{proxy}", options, pool: Buffers.Pool);
    }

    protected override Transport Create(TransportLimits limits)
        => new RabbitMqTransport("rabbit", Address, new RabbitMqTransportOptions { Capacity = limits.Capacity, CapacityBytes = limits.CapacityBytes }, pool: Buffers.Pool);

    private static async Task<RabbitMqHost> StartHostAsync()
    {
        var host = new RabbitMqHost();
        await host.StartAsync();
        return host;
    }
}
