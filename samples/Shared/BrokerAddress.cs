using HighPerf.Transports;
using Microsoft.Extensions.Logging;

namespace HighPerf.Samples;

/// <summary>Brokers by their addresses, as a command line has them.</summary>
internal static class BrokerAddress
{
    public const string Schemes = "rabbitmq://, redis://, nats://, kafka://, stomp:// or embedded:PATH";

    private const string Embedded = "embedded:";

    /// <summary>Creates the transport of an address.</summary>
    /// <param name="name">The name that routes use.</param>
    /// <param name="address">The address.</param>
    /// <param name="isOwner">Of an embedded broker: true for the process that has it, false for those that reach it by its socket.</param>
    /// <param name="services">Loggers and clock.</param>
    /// <exception cref="ArgumentException">The address cannot be used. It may hold a password and is not repeated.</exception>
    public static Transport Create(string name, string address, bool isOwner, HighPerfServices services)
    {
        if (address.StartsWith(Embedded, StringComparison.Ordinal))
        {
            return CreateEmbedded(name, Path.GetFullPath(address[Embedded.Length..]), isOwner, services);
        }

        var logger = services.Loggers.CreateLogger(name);
        return SchemeOf(address) switch
        {
            "rabbitmq" => new RabbitMqTransport(name, "amqp" + address["rabbitmq".Length..], logger: logger, clock: services.Clock),
            "amqp" or "amqps" => new RabbitMqTransport(name, address, logger: logger, clock: services.Clock),
            "redis" or "rediss" => new RedisTransport(name, address, logger: logger, clock: services.Clock),
            "nats" or "tls" => new NatsTransport(name, address, logger: logger, clock: services.Clock),
            "kafka" or "kafka+ssl" => new KafkaTransport(name, address, logger: logger, clock: services.Clock),
            "stomp" or "stomp+ssl" => new ActiveMqTransport(name, address, logger: logger, clock: services.Clock),
            _ => throw Unknown(),
        };
    }

    private static Transport CreateEmbedded(string name, string path, bool isOwner, HighPerfServices services)
    {
        var socket = Path.Combine(path, "socket");
        return isOwner
            ? new EmbeddedTransport(name, new EmbeddedTransportOptions { Path = path, Socket = socket }, services.Loggers.CreateLogger(name), services.Clock)
            : new EmbeddedClientTransport(name, socket);
    }

    private static string SchemeOf(string address) => address.IndexOf("://", StringComparison.Ordinal) is > 0 and var end ? address[..end] : throw Unknown();

    private static ArgumentException Unknown() => new($"That is no broker that is known here: give {Schemes}.");
}
