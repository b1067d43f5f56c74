using HighPerf.Transports;
using Microsoft.Extensions.Logging;

namespace HighPerf;

/// <summary>Adds ActiveMQ to an application.</summary>
public static class ActiveMqBuilderExtensions
{
    /// <summary>Adds ActiveMQ as a broker.</summary>
    /// <param name="builder">The application's builder.</param>
    /// <param name="name">The name that routes use.</param>
    /// <param name="address"><c>stomp[+ssl]://[user:password@]host[:port][,host[:port]]</c>: the broker's STOMP connector.</param>
    /// <param name="configure">Sets bounds and level.</param>
    public static HighPerfBuilder AddActiveMq(this HighPerfBuilder builder, string name, string address, Action<ActiveMqTransportOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var options = new ActiveMqTransportOptions();
        configure?.Invoke(options);
        return builder.AddTransport(name, services => new ActiveMqTransport(name, address, options, services.Loggers.CreateLogger<ActiveMqTransport>(), services.Clock));
    }
}
