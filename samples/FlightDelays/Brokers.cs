using HighPerf.Transports;
using Microsoft.Extensions.Logging;

namespace HighPerf.Samples.FlightDelays;

/// <summary>The brokers that the work may go by.</summary>
internal static class Brokers
{
    public const string Schemes = "rabbitmq://, redis://, nats://, stomp:// or embedded:PATH";

    /// <summary>The name that routes use.</summary>
    public const string Name = "jobs";

    private const string Embedded = "embedded:";

    /// <summary>Creates the transport of an address.</summary>
    /// <param name="address">The address.</param>
    /// <param name="isOwner">Of an embedded broker: true for the process that has it, false for those that reach it by its socket.</param>
    /// <param name="services">Loggers and clock.</param>
    /// <exception cref="JobException">The address cannot be used. It may hold a password and is not repeated.</exception>
    public static Transport Create(string address, bool isOwner, HighPerfServices services)
    {
        try
        {
            return address.StartsWith(Embedded, StringComparison.Ordinal)
                ? CreateEmbedded(Path.GetFullPath(address[Embedded.Length..]), isOwner, services)
                : SchemeOf(address) switch
                {
                    "rabbitmq" => new RabbitMqTransport(Name, "amqp" + address["rabbitmq".Length..], logger: services.Loggers.CreateLogger(Name), clock: services.Clock),
                    "amqp" or "amqps" => new RabbitMqTransport(Name, address, logger: services.Loggers.CreateLogger(Name), clock: services.Clock),
                    "redis" or "rediss" => new RedisTransport(Name, address, logger: services.Loggers.CreateLogger(Name), clock: services.Clock),
                    "nats" or "tls" => new NatsTransport(Name, address, logger: services.Loggers.CreateLogger(Name), clock: services.Clock),
                    "stomp" or "stomps" => new ActiveMqTransport(Name, address, logger: services.Loggers.CreateLogger(Name), clock: services.Clock),
                    _ => throw Unknown(),
                };
        }
        catch (Exception problem) when (problem is ArgumentException or UriFormatException)
        {
            throw new JobException($"--broker cannot be used: {problem.Message}", ExitCodes.Usage);
        }
    }

    private static Transport CreateEmbedded(string path, bool isOwner, HighPerfServices services)
    {
        var socket = Path.Combine(path, "socket");
        return isOwner
            ? new EmbeddedTransport(Name, new EmbeddedTransportOptions { Path = path, Socket = socket }, services.Loggers.CreateLogger(Name), services.Clock)
            : new EmbeddedClientTransport(Name, socket);
    }

    private static string SchemeOf(string address) => address.IndexOf("://", StringComparison.Ordinal) is > 0 and var end ? address[..end] : throw Unknown();

    private static JobException Unknown() => new($"--broker is no address that is known here: give {Schemes}.", ExitCodes.Usage);
}
