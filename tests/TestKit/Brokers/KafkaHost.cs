using System.Diagnostics;
using System.Globalization;
using System.Net;
using Xunit.Sdk;

namespace HighPerf.TestKit.Brokers;

/// <summary>
/// A process of mock clusters, as there is no Kafka to be had from the packages: real clients over real connections, brokers without a disk. Or the cluster that HIGHPERF_KAFKA (host:port)
/// names.
/// </summary>
public sealed class KafkaHost : IAsyncDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private Process? _process;

    /// <summary>True for a cluster that the tests did not start.</summary>
    public static bool IsForeign => !string.IsNullOrEmpty(Foreign);

    /// <summary>The process's id.</summary>
    public int ProcessId => _process?.Id ?? 0;

    private static string? Foreign => Environment.GetEnvironmentVariable("HIGHPERF_KAFKA");

    /// <summary>Starts the process.</summary>
    public async Task StartAsync()
    {
        if (IsForeign)
        {
            return;
        }

        var program = Path.Combine(AppContext.BaseDirectory, "Apps", "KafkaMock", "HighPerf.Apps.KafkaMock");
        _process = Process.Start(new ProcessStartInfo(program) { RedirectStandardInput = true, RedirectStandardOutput = true })!;
        AppDomain.CurrentDomain.ProcessExit += OnExit;
        await ReadAsync("ready").ConfigureAwait(false);
    }

    /// <summary>Starts a cluster.</summary>
    /// <param name="brokers">How many.</param>
    public async Task<KafkaCluster> CreateClusterAsync(int brokers = 1)
    {
        if (IsForeign)
        {
            return new KafkaCluster(this, 0, Foreign!);
        }

        var answer = (await TellAsync(string.Create(CultureInfo.InvariantCulture, $"cluster {brokers}")).ConfigureAwait(false)).Split(' ');
        return new KafkaCluster(this, int.Parse(answer[0], CultureInfo.InvariantCulture), answer[1]);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        AppDomain.CurrentDomain.ProcessExit -= OnExit;
        if (_process is { } process)
        {
            process.Kill();
            process.WaitForExit();
            process.Dispose();
            _process = null;
        }

        _gate.Dispose();
        return default;
    }

    /// <summary>Says a line and returns the answer.</summary>
    /// <exception cref="XunitException">The answer is an error.</exception>
    internal async Task<string> TellAsync(string line)
    {
        await _gate.WaitAsync().ConfigureAwait(false);
        try
        {
            await _process!.StandardInput.WriteLineAsync(line).ConfigureAwait(false);
            await _process.StandardInput.FlushAsync().ConfigureAwait(false);
            return await ReadAsync(line).ConfigureAwait(false);
        }
        catch (IOException)
        {
            _process!.WaitForExit();
            throw new XunitException($"The mock clusters do not '{line}': their process has ended with code {_process.ExitCode}.");
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task<string> ReadAsync(string line)
    {
        var answer = await _process!.StandardOutput.ReadLineAsync().WaitAsync(Wait.Patience).ConfigureAwait(false);
        return answer is null || answer.StartsWith("error", StringComparison.Ordinal) ? throw new XunitException($"The mock clusters do not '{line}': {answer ?? "they have ended"}.") : answer;
    }

    private void OnExit(object? sender, EventArgs arguments) => _process?.Kill();
}
