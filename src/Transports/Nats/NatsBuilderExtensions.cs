using HighPerf.State;
using HighPerf.Transports;
using Microsoft.Extensions.Logging;

namespace HighPerf;

/// <summary>Adds NATS to an application.</summary>
public static class NatsBuilderExtensions
{
    /// <summary>Adds NATS JetStream as a broker.</summary>
    /// <param name="builder">The application's builder.</param>
    /// <param name="name">The name that routes use.</param>
    /// <param name="address"><c>nats://[user:password@|token@]host[:port][,host[:port]]</c>, or <c>tls://</c>.</param>
    /// <param name="configure">Sets bounds and level.</param>
    public static HighPerfBuilder AddNats(this HighPerfBuilder builder, string name, string address, Action<NatsTransportOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var options = new NatsTransportOptions();
        configure?.Invoke(options);
        return builder.AddTransport(name, services => new NatsTransport(name, address, options, services.Loggers.CreateLogger<NatsTransport>(), services.Clock));
    }

    /// <summary>Keeps the shared state (workflow graphs, group counts, idempotency keys) in NATS.</summary>
    /// <param name="builder">The application's builder.</param>
    /// <param name="address">As for <see cref="AddNats"/>.</param>
    /// <param name="configure">Sets the prefix and the connection.</param>
    public static HighPerfBuilder UseNatsState(this HighPerfBuilder builder, string address, Action<NatsStoreOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var options = new NatsStoreOptions();
        configure?.Invoke(options);
        return builder.UseState(services => new NatsStateStore(address, options, services.Loggers.CreateLogger<NatsStateStore>(), services.Clock));
    }
}
