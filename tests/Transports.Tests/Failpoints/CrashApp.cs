using System.Diagnostics;
using HighPerf.Diagnostics;

namespace HighPerf.Transports.Tests.Failpoints;

/// <summary>The program of tests/Apps/Crash, which is killed.</summary>
internal static class CrashApp
{
    /// <summary>The code of a process that was killed by SIGKILL.</summary>
    public const int Killed = 137;

    /// <summary>The code of a process that ended itself by SIGABRT: <see cref="Environment.FailFast(string)"/>.</summary>
    public const int FailedFast = 134;

    /// <summary>Runs it to its end.</summary>
    /// <returns>0 or <see cref="Killed"/>; anything else fails the test with what it said.</returns>
    public static async Task<int> RunAsync(string? failpoints, params string[] arguments)
        => (await RunAsync(failpoints is null ? [] : [(Failpoint.Variable, failpoints)], [0, Killed], arguments)).Code;

    /// <summary>Runs it to its end, with environment variables.</summary>
    /// <returns>One of <paramref name="codes"/>, anything else fails the test with what it said; and what it said.</returns>
    public static async Task<(int Code, string Said)> RunAsync((string Name, string Value)[] environment, int[] codes, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardError = true, RedirectStandardOutput = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "Apps", "HighPerf.Apps.Crash.dll"));
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        // A short-lived program: what is compiled twice is never run.
        start.Environment["DOTNET_TieredPGO"] = "0";
        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
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
            Assert.Fail($"{string.Join(' ', arguments)} with {string.Join(' ', environment)} does not end: {await output} {await errors}");
        }

        var said = await output + await errors;
        Assert.True(codes.Contains(process.ExitCode), $"{string.Join(' ', arguments)} with {string.Join(' ', environment)} ended with {process.ExitCode}: {said}");
        return (process.ExitCode, said);
    }
}
