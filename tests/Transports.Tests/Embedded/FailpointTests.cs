using System.Diagnostics;
using System.Globalization;
using HighPerf.Diagnostics;

namespace HighPerf.Transports.Tests.Embedded;

/// <summary>
/// At every failpoint a worker dies, hangs, throws or is slow, the second time that it gets there; whoever comes after it finishes the work. Asked of each: is anything lost, doubled
/// more than this explains, or stuck?
/// </summary>
public sealed class FailpointTests : IDisposable
{
    private const int Count = 4;
    private const int HouseSlots = 8;
    private readonly string _directory = Directory.CreateTempSubdirectory("highperf-failpoint-").FullName;

    /// <summary>Not these: a workflow's state is in memory as yet, nothing is parked here, and nobody in another process waits.</summary>
    public static IEnumerable<object[]> Cases { get; } =
    [
        .. from name in Failpoint.Names.Except([Failpoint.AfterOutbox, Failpoint.AfterParkCopy, Failpoint.AfterReply])
        from action in (string[])["kill", "throw", "hang", "delay=100"]
        select new object[] { name, action },
    ];

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Nothing_is_lost_and_nothing_is_stuck(string name, string action)
    {
        var (queue, ledger) = (Path.Combine(_directory, "queue"), Path.Combine(_directory, "ledger"));
        Assert.Equal(0, await RunAsync(null, "order", queue, $"{Count}"));
        var code = await RunAsync($"{name}:2:{action}", "work", queue, ledger);
        Assert.Equal(action == "kill" ? 137 : 0, code);
        if (action is "kill" or "hang")
        {
            // What hangs is renewed while its process lives: it comes to another one when that ends.
            Assert.Equal(0, await RunAsync(null, "work", queue, ledger));
        }

        var lines = await File.ReadAllLinesAsync(ledger);
        foreach (var what in (string[])["plain", "ran", "stored", "flaky", "heard", "heard-too"])
        {
            var done = lines.Where(line => line.StartsWith(what + " ", StringComparison.Ordinal)).ToList();
            Assert.Equal(Enumerable.Range(0, Count).Select(n => $"{what} {n}"), done.Distinct().Order());

            // What was disturbed is done again at most, and so is what follows from it: all that were being done when the process was killed, otherwise one.
            Assert.InRange(done.Count, Count, Count + (action is "kill" or "hang" ? HouseSlots : 1));
        }

        Assert.InRange(int.Parse(lines[^1].Split(' ')[1], CultureInfo.InvariantCulture), Count, Count + HouseSlots);
    }

    private static async Task<int> RunAsync(string? failpoints, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardError = true, RedirectStandardOutput = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "Apps", "HighPerf.Apps.Crash.dll"));
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        if (failpoints is not null)
        {
            start.Environment[Failpoint.Variable] = failpoints;
        }

        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var errors = process.StandardError.ReadToEndAsync();
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(1));
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
        Assert.True(process.ExitCode is 0 or 137, $"{string.Join(' ', arguments)} with {failpoints} ended with {process.ExitCode}: {said}");
        return process.ExitCode;
    }
}
