using HighPerf.State;
using HighPerf.Transports;
using Microsoft.Extensions.Logging;

namespace HighPerf;

/// <summary>Adds embedded brokers.</summary>
public static class EmbeddedBuilderExtensions
{
    /// <summary>Adds a durable broker inside this process, which keeps its queues in a directory.</summary>
    /// <param name="builder">The application.</param>
    /// <param name="name">The name that routes use.</param>
    /// <param name="configure">Sets at least the path.</param>
    public static HighPerfBuilder AddEmbedded(this HighPerfBuilder builder, string name, Action<EmbeddedTransportOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configure);
        var options = new EmbeddedTransportOptions();
        configure(options);
        return builder.AddTransport(name, services => new EmbeddedTransport(name, options, services.Loggers.CreateLogger<EmbeddedTransport>(), services.Clock));
    }

    /// <summary>Adds the embedded broker of another process of the same user, which has <see cref="EmbeddedTransportOptions.Socket"/> set.</summary>
    /// <param name="builder">The application.</param>
    /// <param name="name">The name that routes use.</param>
    /// <param name="socket">The broker's socket.</param>
    /// <param name="configure">Sets how long a broker that has gone is waited for.</param>
    public static HighPerfBuilder AddEmbeddedClient(this HighPerfBuilder builder, string name, string socket, Action<EmbeddedClientOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var options = new EmbeddedClientOptions();
        configure?.Invoke(options);
        return builder.AddTransport(name, _ => new EmbeddedClientTransport(name, socket, options));
    }

    /// <summary>
    /// Keeps the shared state (workflow graphs, group counts, starts) in the embedded broker whose socket this is, in a journal beside its queues: for processes of one machine, the one that has the
    /// broker included.
    /// </summary>
    /// <param name="builder">The application.</param>
    /// <param name="socket">The broker's socket.</param>
    /// <param name="configure">Sets how long a broker that has gone is waited for.</param>
    public static HighPerfBuilder UseEmbeddedState(this HighPerfBuilder builder, string socket, Action<EmbeddedClientOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var options = new EmbeddedClientOptions();
        configure?.Invoke(options);
        return builder.UseState(_ => new EmbeddedStateStore(socket, options));
    }
}
