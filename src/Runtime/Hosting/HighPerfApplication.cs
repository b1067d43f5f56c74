using HighPerf.Control;
using HighPerf.Hosting;
using Microsoft.Extensions.Logging;

namespace HighPerf;

/// <summary>
/// A whole application without the generic host, for small Native AOT workers and jobs: <c>await using var app = HighPerfApplication.Create(hp => …);</c> then either
/// <see cref="RunAsync"/> until a signal, or <see cref="StartAsync"/>, work, <see cref="StopAsync"/>.
/// </summary>
public sealed class HighPerfApplication : IAsyncDisposable
{
    private readonly HighPerfRuntime _runtime;
    private readonly ILogger _logger;

    private HighPerfApplication(HighPerfRuntime runtime, ILogger logger)
    {
        _runtime = runtime;
        _logger = logger;
    }

    /// <summary>The publisher.</summary>
    public Publisher Publisher => _runtime.Publisher;

    /// <summary>The controller.</summary>
    public Controller Controller => _runtime.Controller;

    /// <summary>Creates an application.</summary>
    /// <param name="configure">Brokers, routes, sources, sinks, worker.</param>
    /// <param name="services">Instances that tasks take in their constructors.</param>
    /// <param name="loggers">Where log messages go; null for one line per message on standard error.</param>
    /// <param name="minimumLevel">Least level of those lines.</param>
    /// <exception cref="HighPerfConfigurationException">The configuration cannot work. Left alone, it ends the process with a readable block and exit code 78.</exception>
    public static HighPerfApplication Create(
        Action<HighPerfBuilder>? configure = null, Action<SlimServiceCollection>? services = null, ILoggerFactory? loggers = null, LogLevel minimumLevel = LogLevel.Information)
    {
        ConfigurationErrors.ExitReadably();
        var builder = new HighPerfBuilder();
        configure?.Invoke(builder);
        loggers ??= new SlimLoggerFactory(minimumLevel, builder.Clock);
        var slim = new SlimServices();
        services?.Invoke(new SlimServiceCollection(slim));
        var runtime = new HighPerfRuntime(builder, loggers, slim, slim);
        slim.Add(typeof(Publisher), runtime.Publisher);
        slim.Add(typeof(Controller), runtime.Controller);
        slim.Add(typeof(ILoggerFactory), loggers);
        slim.Add(typeof(TimeProvider), builder.Clock);
        return new HighPerfApplication(runtime, loggers.CreateLogger("HighPerf"));
    }

    /// <summary>Starts all roles.</summary>
    public ValueTask StartAsync(CancellationToken cancellationToken = default) => _runtime.StartAsync(cancellationToken);

    /// <summary>Drains and stops all roles; the token cuts the draining short.</summary>
    public ValueTask StopAsync(CancellationToken cancellationToken = default) => _runtime.StopAsync(cancellationToken);

    /// <summary>Completes when a source has nothing more to come and everything it brought is done (level Memory) or published (above).</summary>
    /// <exception cref="HighPerfException">There is no source of this name.</exception>
    public Task WaitForSourceAsync(string name, CancellationToken cancellationToken = default)
        => (_runtime.Sources.FirstOrDefault(role => role.Source.Name == name) ?? throw new HighPerfException($"There is no source '{name}'."))
            .Completion.WaitAsync(cancellationToken);

    /// <summary>Starts, runs until SIGINT, SIGTERM or the token, drains, stops. A second signal ends the process at once.</summary>
    public async Task RunAsync(CancellationToken cancellationToken = default)
    {
        var stop = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var signals = new ShutdownSignals(() => stop.TrySetResult(), text => HostingLog.Signal(_logger, text));
        using var registration = cancellationToken.UnsafeRegister(static state => ((TaskCompletionSource)state!).TrySetResult(), stop);
        await StartAsync(CancellationToken.None).ConfigureAwait(false);
        await stop.Task.ConfigureAwait(false);
        await StopAsync(CancellationToken.None).ConfigureAwait(false);
    }

    /// <summary>Stops what runs.</summary>
    public ValueTask DisposeAsync() => StopAsync(CancellationToken.None);
}
