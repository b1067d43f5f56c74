using HighPerf.Transports;

namespace HighPerf.Apps;

/// <summary>A broker by its address: what the program is told on the command line.</summary>
internal static class Broker
{
    public static Transport Create(string address)
    {
        const string Name = "house";
        var (scheme, place) = address.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon ? (address[..colon], address[(colon + 1)..]) : (address, "");
        return scheme switch
        {
            "embedded" => new EmbeddedTransport(Name, new EmbeddedTransportOptions { Path = place, Durability = DurabilityLevel.Process }),
            "client" => new EmbeddedClientTransport(Name, place),
            "redis" => new RedisTransport(Name, address),
            "nats" => new NatsTransport(Name, address),
            "amqp" => new RabbitMqTransport(Name, address),
            "stomp" => new ActiveMqTransport(Name, address, new ActiveMqTransportOptions { CountDelayed = true }),
            "kafka" => new KafkaTransport(Name, address),
            _ => throw new ArgumentException($"'{address}' is no broker: embedded: with a directory, client: with a socket, redis:, nats:, amqp:, stomp: or kafka:.", nameof(address)),
        };
    }
}
