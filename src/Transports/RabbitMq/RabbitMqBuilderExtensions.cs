using HighPerf.Transports;
using Microsoft.Extensions.Logging;

namespace HighPerf;

/// <summary>Adds RabbitMQ to an application.</summary>
public static class RabbitMqBuilderExtensions
{
    /// <summary>Adds RabbitMQ as a broker.</summary>
    /// <param name="builder">The application's builder.</param>
    /// <param name="name">The name that routes use.</param>
    /// <param name="address"><c>amqp[s]://[user:password@]host[:port][,host[:port]][/vhost]</c>: several hosts are the nodes of one cluster.</param>
    /// <param name="configure">Sets bounds and time-outs.</param>
    public static HighPerfBuilder AddRabbitMq(this HighPerfBuilder builder, string name, string address, Action<RabbitMqTransportOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var options = new RabbitMqTransportOptions();
        configure?.Invoke(options);
        return builder.AddTransport(name, services => new RabbitMqTransport(name, address, options, services.Loggers.CreateLogger<RabbitMqTransport>(), services.Clock));
    }
}
