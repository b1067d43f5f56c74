using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Text;

namespace HighPerf.Samples.Tests;

/// <summary>Runs the sample as a process, as a user does.</summary>
internal static class FlightDelaysProgram
{
    public static string Root { get; } = Metadata("RepositoryRoot");

    public static string Project => Path.Combine(Root, "samples", "FlightDelays");

    public static string Flights => Path.Combine(Project, "data", "flights");

    public static string Airports => Path.Combine(Project, "data", "airports.csv");

    public static string Dll => Path.Combine(Project, "bin", Metadata("Configuration"), Metadata("Framework"), "HighPerf.Samples.FlightDelays.dll");

    public sealed record Result(int ExitCode, string Output, string Error, TimeSpan Time, long PeakBytes);

    /// <summary>The processes that a process started and that live: the kernel keeps them by the thread that did.</summary>
    public static IReadOnlyList<int> ChildrenOf(int process)
    {
        try
        {
            return
            [
                .. Directory.GetDirectories($"/proc/{process}/task")
                    .SelectMany(static thread => File.ReadAllText(Path.Combine(thread, "children")).Split(' ', StringSplitOptions.RemoveEmptyEntries))
                    .Select(static id => int.Parse(id, CultureInfo.InvariantCulture)),
            ];
        }
        catch (IOException)
        {
            return [];
        }
    }

    /// <summary>Runs to the end.</summary>
    public static Task<Result> RunAsync(string workingDirectory, params string[] arguments) => FinishAsync(Start(workingDirectory, arguments));

    public static Process Start(string workingDirectory, params string[] arguments) => StartProgram("dotnet", workingDirectory, [Dll, .. arguments]);

    public static Process StartProgram(string program, string workingDirectory, params string[] arguments)
        => Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = workingDirectory, RedirectStandardOutput = true, RedirectStandardError = true })!;

    public static async Task<Result> FinishAsync(Process process)
    {
        var clock = Stopwatch.StartNew();
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        var peak = PeakAsync(process);
        using var limit = new CancellationTokenSource(TimeSpan.FromMinutes(10));
        await process.WaitForExitAsync(limit.Token);
        return new Result(process.ExitCode, await output, await error, clock.Elapsed, await peak);
    }

    /// <summary>The kernel's high-water mark of the resident set, read until the process is gone.</summary>
    private static Task<long> PeakAsync(Process process) => Task.Run(async () =>
    {
        var status = $"/proc/{process.Id}/status";
        var peak = 0L;
        while (!process.HasExited)
        {
            try
            {
                var line = File.ReadLines(status, Encoding.UTF8).FirstOrDefault(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
                peak = line is null ? peak : long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1]) * 1024;
            }
            catch (IOException)
            {
                break;
            }

            await Task.Delay(5);
        }

        return peak;
    });

    private static string Metadata(string key)
        => typeof(FlightDelaysProgram).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(a => a.Key == key).Value!;
}
