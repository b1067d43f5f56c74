using System.Diagnostics;
using HighPerf.Diagnostics;

namespace HighPerf.Transports.Tests.Failpoints;

/// <summary>The program of tests/Apps/Crash, which is killed.</summary>
internal static class CrashApp
{
    /// <summary>The code of a process that was killed by SIGKILL.</summary>
    public const int Killed = 137;

    /// <summary>Runs it to its end.</summary>
    /// <returns>0 or <see cref="Killed"/>; anything else fails the test with what it said.</returns>
    public static async Task<int> RunAsync(string? failpoints, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardError = true, RedirectStandardOutput = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "Apps", "HighPerf.Apps.Crash.dll"));
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        // A short-lived program: what is compiled twice is never run.
        start.Environment["DOTNET_TieredPGO"] = "0";
        if (failpoints is not null)
        {
            start.Environment[Failpoint.Variable] = failpoints;
        }

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        try
        {
            await process.WaitForExitAsync(patience.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill();
            Assert.Fail($"{string.Join(' ', arguments)} with {failpoints} does not end: {await output} {await errors}");
        }

        var said = await output + await errors;
        Assert.True(process.ExitCode is 0 or Killed, $"{string.Join(' ', arguments)} with {failpoints} ended with {process.ExitCode}: {said}");
        return process.ExitCode;
    }
}
