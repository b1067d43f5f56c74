using HighPerf;
using HighPerf.Control;
using HighPerf.Hosting;
using Microsoft.Extensions.Logging;

#pragma warning disable IDE0130 // Where users look for it.
namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds HighPerf to the generic host.</summary>
public static class HighPerfServiceCollectionExtensions
{
    /// <summary>
    /// Adds the runtime: <see cref="Publisher"/> and <see cref="Controller"/> as singletons, and a hosted service that starts and drains it. With nothing configured:
    /// one in-memory broker, a worker, every declared task.
    /// </summary>
    public static IServiceCollection AddHighPerf(this IServiceCollection services, Action<HighPerfBuilder>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        ConfigurationErrors.ExitReadably();
        services.AddSingleton(provider =>
        {
            var builder = new HighPerfBuilder();
            configure?.Invoke(builder);
            return new HighPerfRuntime(builder, provider.GetRequiredService<ILoggerFactory>(), provider, new ScopedTaskServices(provider.GetRequiredService<IServiceScopeFactory>()));
        });
        services.AddSingleton(static provider => provider.GetRequiredService<HighPerfRuntime>().Publisher);
        services.AddSingleton(static provider => provider.GetRequiredService<HighPerfRuntime>().Controller);
        services.AddHostedService<HighPerfHostedService>();
        return services;
    }
}
