using HighPerf.Transports;
using Microsoft.Extensions.Logging;

namespace HighPerf;

/// <summary>Adds Kafka to an application.</summary>
public static class KafkaBuilderExtensions
{
    /// <summary>Adds Kafka as a broker.</summary>
    /// <param name="builder">The application's builder.</param>
    /// <param name="name">The name that routes use.</param>
    /// <param name="address"><c>kafka[+ssl]://[user:password@]host[:port][,host[:port]]</c>: brokers of one cluster to begin with.</param>
    /// <param name="configure">Sets bounds and time-outs.</param>
    public static HighPerfBuilder AddKafka(this HighPerfBuilder builder, string name, string address, Action<KafkaTransportOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var options = new KafkaTransportOptions();
        configure?.Invoke(options);
        return builder.AddTransport(name, services => new KafkaTransport(name, address, options, services.Loggers.CreateLogger<KafkaTransport>(), services.Clock));
    }
}
