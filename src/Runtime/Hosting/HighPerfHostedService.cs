using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace HighPerf.Hosting;

/// <summary>The runtime as a hosted service of the generic host.</summary>
internal sealed class HighPerfHostedService(IServiceProvider provider, IHostApplicationLifetime lifetime, ILoggerFactory loggers) : IHostedService, IDisposable
{
    private readonly ILogger _logger = loggers.CreateLogger("HighPerf");
    private HighPerfRuntime? _runtime;
    private ShutdownSignals? _signals;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            _runtime = provider.GetRequiredService<HighPerfRuntime>();
        }
        catch (HighPerfConfigurationException error)
        {
            ConfigurationErrors.Print(error);
            Environment.ExitCode = HighPerfConfigurationException.ExitCode;
            lifetime.StopApplication();
            return;
        }

        _signals = new ShutdownSignals(lifetime.StopApplication, text => HostingLog.Signal(_logger, text));
        await _runtime.StartAsync(cancellationToken).ConfigureAwait(false);
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_runtime is not null)
        {
            await _runtime.StopAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    public void Dispose() => _signals?.Dispose();
}
