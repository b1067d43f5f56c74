using System.Diagnostics;

namespace HighPerf.Samples.FlightDelays;

/// <summary>The worker processes of a job: started with it, replaced when they die, ended with it.</summary>
internal sealed class WorkerProcesses : IAsyncDisposable
{
    /// <summary>Workers that die without having worked are not started for ever.</summary>
    private const int MaxReplacements = 20;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(500);

    private readonly JobOptions _options;
    private readonly Action<string> _say;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task[] _running;
    private int _replacements;

    public WorkerProcesses(JobOptions options, Action<string> say)
    {
        _options = options;
        _say = say;
        _running = [.. Enumerable.Range(0, options.Workers).Select(_ => KeepOneAsync())];
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_running);
        _stop.Dispose();
    }

    private async Task KeepOneAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            using var process = Start();
            var errors = PassOnAsync(process);
            try
            {
                await process.WaitForExitAsync(_stop.Token);
            }
            catch (OperationCanceledException) when (_stop.IsCancellationRequested)
            {
                await EndAsync(process);
                await errors;
                return;
            }

            await errors;
            if (Interlocked.Increment(ref _replacements) > MaxReplacements)
            {
                _say($"A worker process ended with exit code {process.ExitCode} and is not replaced any more: {MaxReplacements} were. Others may go on; interrupt the job and use --resume otherwise.");
                return;
            }

            _say($"A worker process ended with exit code {process.ExitCode}; another one takes its place.");
            await Task.Delay(s_pause);
        }
    }

    private Process Start()
    {
        var program = Environment.ProcessPath!;
        var start = new ProcessStartInfo(program) { RedirectStandardInput = true, RedirectStandardError = true };
        if (Path.GetFileNameWithoutExtension(program) == "dotnet")
        {
            start.ArgumentList.Add(Environment.GetCommandLineArgs()[0]);
        }

        foreach (var argument in (string[])[JobOptions.WorkVerb, "--output", _options.Output, "--queue", _options.Queue, "--follow-input"])
        {
            start.ArgumentList.Add(argument);
        }

        // An address may hold a password, and arguments are seen by everybody.
        start.Environment[JobOptions.BrokerVariable] = _options.Broker;
        return Process.Start(start) ?? throw new JobException($"A worker process could not be started ({program}).", ExitCodes.IoError);
    }

    private async Task PassOnAsync(Process process)
    {
        while (await process.StandardError.ReadLineAsync() is { } line)
        {
            _say(line);
        }
    }

    /// <summary>Its input ends, which asks it to stop; it is killed if it does not.</summary>
    private static async Task EndAsync(Process process)
    {
        process.StandardInput.Close();
        try
        {
            using var limit = new CancellationTokenSource(s_patience);
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            await process.WaitForExitAsync();
        }
    }
}
