using HighPerf.TestKit.Brokers;
using HighPerf.Transports;

namespace HighPerf.Load;

/// <summary>A transport that can be measured: how a broker of it is had, the transport, and the raw loop beside it.</summary>
/// <param name="Name">The name on the command line.</param>
/// <param name="CreateHost">A broker of its own; null for one without a server.</param>
/// <param name="AddressOf">Its address.</param>
/// <param name="CreateTransport">The transport of an address.</param>
/// <param name="CreateRaw">The raw loop of an address.</param>
/// <param name="Share">How many messages it gets of those that others get: a broker that is ten times slower need not take ten times longer.</param>
internal sealed record LoadTarget(
    string Name, Func<BrokerHost>? CreateHost, Func<BrokerHost, string> AddressOf, Func<string, string, Transport> CreateTransport, Func<string, RawLoop> CreateRaw, double Share = 1)
{
    /// <summary>Bounds that no measurement meets.</summary>
    private const int Capacity = 2_000_000;

    private const long CapacityBytes = 4L * 1024 * 1024 * 1024;

    public static IReadOnlyList<LoadTarget> All { get; } =
    [
        new(
            "embedded",
            null,
            static _ => "",
            static (name, path) => new EmbeddedTransport(name, new EmbeddedTransportOptions { Path = Path.Combine(path, name), Capacity = Capacity, CapacityBytes = CapacityBytes }),
            static path => new RawJournal(path)),
        new(
            "redis",
            static () => new RedisHost("--appendonly", "yes", "--appendfsync", "everysec"),
            static host => ((RedisHost)host).Address,
            static (name, address) => new RedisTransport(name, address, new RedisTransportOptions { Capacity = Capacity, CapacityBytes = CapacityBytes }),
            static address => new RawRedis(new Uri(address))),
        new(
            "nats",
            static () => new NatsHost(),
            static host => ((NatsHost)host).Address,
            static (name, address) => new NatsTransport(name, address, new NatsTransportOptions { Capacity = Capacity, CapacityBytes = CapacityBytes }),
            static address => new RawNats(new Uri(address))),
        new(
            "rabbitmq",
            static () => new RabbitMqHost(isPrivate: true),
            static host => ((RabbitMqHost)host).Address,
            static (name, address) => new RabbitMqTransport(name, address, new RabbitMqTransportOptions { Capacity = Capacity, CapacityBytes = CapacityBytes }),
            static address => new RawRabbitMq(address)),
        new(
            "activemq",
            static () => new ActiveMqHost(),
            static host => ((ActiveMqHost)host).Address,
            static (name, address) => new ActiveMqTransport(name, address),
            static address => new RawActiveMq(new Uri(address)),
            Share: 0.1),
    ];
}
