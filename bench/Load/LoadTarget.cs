using HighPerf.TestKit.Brokers;
using HighPerf.Transports;

namespace HighPerf.Load;

/// <summary>A transport that can be measured: how a broker of it is had, the transport, and the raw loop beside it.</summary>
/// <param name="Name">The name on the command line.</param>
/// <param name="StartBroker">Starts a broker of its own, and tells its address; null for one without a server.</param>
/// <param name="CreateTransport">The transport of an address.</param>
/// <param name="CreateRaw">The raw loop of an address.</param>
/// <param name="Share">How many messages it gets of those that others get: a broker that is ten times slower need not take ten times longer.</param>
/// <param name="MostBytes">What its broker can hold.</param>
/// <param name="MostQueued">Messages that its broker takes with nobody who consumes: then it holds up whoever publishes.</param>
internal sealed record LoadTarget(
    string Name,
    Func<Task<(IAsyncDisposable Host, string Address)>>? StartBroker,
    Func<string, string, Transport> CreateTransport,
    Func<string, RawLoop> CreateRaw,
    double Share = 1,
    long MostBytes = long.MaxValue,
    int MostQueued = int.MaxValue)
{
    /// <summary>Bounds that no measurement meets.</summary>
    private const int Capacity = 2_000_000;

    private const long CapacityBytes = 4L * 1024 * 1024 * 1024;

    public static IReadOnlyList<LoadTarget> All { get; } =
    [
        new(
            "embedded",
            null,
            static (name, path) => new EmbeddedTransport(name, new EmbeddedTransportOptions { Path = Path.Combine(path, name), Capacity = Capacity, CapacityBytes = CapacityBytes }),
            static path => new RawJournal(path)),
        new(
            "redis",
            static () => StartAsync(new RedisHost("--appendonly", "yes", "--appendfsync", "everysec"), static host => host.Address),
            static (name, address) => new RedisTransport(name, address, new RedisTransportOptions { Capacity = Capacity, CapacityBytes = CapacityBytes }),
            static address => new RawRedis(new Uri(address))),
        new(
            "nats",
            static () => StartAsync(new NatsHost(), static host => host.Address),
            static (name, address) => new NatsTransport(name, address, new NatsTransportOptions { Capacity = Capacity, CapacityBytes = CapacityBytes }),
            static address => new RawNats(new Uri(address))),
        new(
            "rabbitmq",
            static () => StartAsync(new RabbitMqHost(isPrivate: true), static host => host.Address),
            static (name, address) => new RabbitMqTransport(name, address, new RabbitMqTransportOptions { Capacity = Capacity, CapacityBytes = CapacityBytes }),
            static address => new RawRabbitMq(address)),
        new(
            "activemq",
            static () => StartAsync(new ActiveMqHost(), static host => host.Address),
            static (name, address) => new ActiveMqTransport(name, address),
            static address => new RawActiveMq(new Uri(address)),
            Share: 0.1,
            MostQueued: 10_000),
#if KAFKA
        new(
            "kafka",
            StartKafkaAsync,
            static (name, address) => new KafkaTransport(name, address),
            static address => new RawKafka(address),
            Share: 0.5,
            MostBytes: 4 * 1024 * 1024),
#endif
    ];

    private static async Task<(IAsyncDisposable Host, string Address)> StartAsync<THost>(THost host, Func<THost, string> addressOf)
        where THost : BrokerHost
    {
        await host.StartAsync();
        return (host, addressOf(host));
    }

#if KAFKA
    private static async Task<(IAsyncDisposable Host, string Address)> StartKafkaAsync()
    {
        // A mock cluster keeps an empty fetch waiting whatever is published meanwhile, and creates topics by itself.
        var host = new KafkaHost();
        await host.StartAsync();
        var cluster = await host.CreateClusterAsync();
        return (host, KafkaHost.IsForeign ? cluster.Address : cluster.Address + "?manage.topics=false&fetch.wait.max.ms=10");
    }
#endif
}
