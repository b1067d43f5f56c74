using HighPerf.Data;
using HighPerf.State;
using HighPerf.Transports;
using Microsoft.Extensions.Logging;

namespace HighPerf;

/// <summary>Adds Redis to an application.</summary>
public static class RedisBuilderExtensions
{
    /// <summary>Adds Redis as a broker.</summary>
    /// <param name="builder">The application's builder.</param>
    /// <param name="name">The name that routes use.</param>
    /// <param name="address"><c>redis[s]://[user:password@]host[:port][,host[:port]][/database][?master=NAME]</c>; with a master's name the hosts are sentinels.</param>
    /// <param name="configure">Sets bounds and level.</param>
    public static HighPerfBuilder AddRedis(this HighPerfBuilder builder, string name, string address, Action<RedisTransportOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var options = new RedisTransportOptions();
        configure?.Invoke(options);
        return builder.AddTransport(name, services => new RedisTransport(name, address, options, services.Loggers.CreateLogger<RedisTransport>(), services.Clock));
    }

    /// <summary>Keeps the shared state (workflow graphs, group counts, idempotency keys) in Redis.</summary>
    /// <param name="builder">The application's builder.</param>
    /// <param name="address">As for <see cref="AddRedis"/>.</param>
    /// <param name="configure">Sets the prefix and the connection.</param>
    public static HighPerfBuilder UseRedisState(this HighPerfBuilder builder, string address, Action<RedisStoreOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var options = new RedisStoreOptions();
        configure?.Invoke(options);
        return builder.UseState(services => new RedisStateStore(address, options, services.Loggers.CreateLogger<RedisStateStore>(), services.Clock));
    }

    /// <summary>Adds Redis as a store of results, by message id.</summary>
    /// <param name="builder">The application's builder.</param>
    /// <param name="name">Name that result rules use.</param>
    /// <param name="address">As for <see cref="AddRedis"/>.</param>
    /// <param name="configure">Sets the prefix, the lifetime of results and the connection.</param>
    public static HighPerfBuilder AddRedisResults(this HighPerfBuilder builder, string name, string address, Action<RedisStoreOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        var options = new RedisStoreOptions();
        configure?.Invoke(options);
        return builder.AddSink(name, services => new RedisResultStore(name, address, options, services.Loggers.CreateLogger<RedisResultStore>(), services.Clock));
    }
}
