using System.Diagnostics;
using HighPerf.TestKit.Brokers;
using Xunit.Abstractions;

namespace HighPerf.Samples.Tests;

[Trait("Category", "Slow")]
public sealed class FlightDelaysSlowTests(ITestOutputHelper output) : IDisposable
{
    private readonly TempDirectory _temp = new();

    public void Dispose() => _temp.Dispose();

    [Fact]
    public async Task Killed_at_any_moment_and_resumed_it_ends_with_the_same_bytes()
    {
        var seed = Environment.TickCount;
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var input = _temp.Multiply("in", 5);
        var undisturbed = _temp["undisturbed"];
        var whole = await FlightDelaysProgram.RunAsync(_temp.Path, "--input", input, "--output", undisturbed);
        Assert.True(whole.ExitCode == 0, whole.Error);
        ReportReader.AssertEqual(IndependentComputation.Of(input, FlightDelaysProgram.Airports), undisturbed);

        var target = _temp["killed"];
        var kills = 0;
        for (var round = 0; kills < 15 && round < 30; round++)
        {
            // Every round but the first begins with a finished run's directory, which is emptied under fire.
            string[] arguments = ["--input", input, "--output", target];
            while (true)
            {
                if (await RunAndKillAsync(random, whole.Time, target, arguments) is { } result)
                {
                    Assert.True(result.ExitCode == 0, $"seed {seed}, after {kills} kills: {result.Error}");
                    break;
                }

                kills++;
                arguments = ["--input", input, "--output", target, "--resume"];
            }

            ReportReader.AssertSameBytes(undisturbed, target, $"seed {seed}, round {round}, {kills} kills");
        }

        output.WriteLine($"{kills} kills");
        Assert.True(kills >= 15, $"seed {seed}: only {kills} kills");
    }

    /// <summary>Kills after a random time, or when the work file's index has grown to a random length; null when the process was killed.</summary>
    private static async Task<FlightDelaysProgram.Result?> RunAndKillAsync(Random random, TimeSpan whole, string target, string[] arguments)
    {
        var index = Path.Combine(target, ".flight-delays", "work", "days.jsonl.ids");
        var byTime = random.Next(2) == 0;
        var deadline = TimeSpan.FromMilliseconds(random.NextDouble() * whole.TotalMilliseconds * 1.3);
        var length = random.Next(32, 32 * 450);
        var process = FlightDelaysProgram.Start(Path.GetTempPath(), arguments);
        var finished = FlightDelaysProgram.FinishAsync(process);
        var clock = Stopwatch.StartNew();
        while (!finished.IsCompleted)
        {
            if (byTime ? clock.Elapsed >= deadline : clock.ElapsedMilliseconds > 100 && File.Exists(index) && new FileInfo(index).Length >= length)
            {
                try
                {
                    process.Kill();
                }
                catch (InvalidOperationException)
                {
                    // It has ended meanwhile.
                }

                var result = await finished;
                return result.ExitCode == 0 ? result : null;
            }

            await Task.Delay(1);
        }

        return await finished;
    }

    [Fact]
    public async Task Twenty_times_the_data_takes_at_most_22_times_the_time_and_no_more_memory()
    {
        var input = _temp.Multiply("in", 20);
        var one = await BestAsync(3, FlightDelaysProgram.Flights);
        var twenty = await BestAsync(2, input);
        var report = $"1x: {one.Time.TotalSeconds:0.00} s, {one.PeakBytes >> 20} MiB; 20x: {twenty.Time.TotalSeconds:0.00} s, {twenty.PeakBytes >> 20} MiB; "
            + $"time x {twenty.Time / one.Time:0.0}, memory x {(double)twenty.PeakBytes / one.PeakBytes:0.00}";
        output.WriteLine(report);
        Assert.True(twenty.Time <= 22 * one.Time, report);
        Assert.True(twenty.PeakBytes <= (one.PeakBytes * 1.5) + (32 << 20), report);

        async Task<FlightDelaysProgram.Result> BestAsync(int runs, string from)
        {
            FlightDelaysProgram.Result? best = null;
            for (var i = 0; i < runs; i++)
            {
                var result = await FlightDelaysProgram.RunAsync(_temp.Path, "--input", from);
                Assert.True(result.ExitCode == 0, result.Error);
                best = best is null || result.Time < best.Time ? result : best;
            }

            return best!;
        }
    }

    [Fact]
    [Trait("Category", "Aot")]
    public async Task Published_for_native_AOT_without_a_warning_it_gives_the_same_bytes()
    {
        // Its own artifacts, so that the build of a running test suite is left alone.
        var published = _temp["published"];
        var publish = await FlightDelaysProgram.FinishAsync(FlightDelaysProgram.StartProgram(
            "dotnet", FlightDelaysProgram.Root, "publish", FlightDelaysProgram.Project, "-c", "Release", "-r", "linux-x64", "-p:NativeAot=true", "--artifacts-path", _temp["artifacts"], "-o", published, "--nologo"));
        Assert.True(publish.ExitCode == 0, publish.Output + publish.Error);
        Assert.DoesNotContain("warning", publish.Output + publish.Error, StringComparison.OrdinalIgnoreCase);

        var native = Path.Combine(published, "HighPerf.Samples.FlightDelays");
        Assert.False(File.Exists(native + ".dll"), "That is not a native binary.");
        var result = await FlightDelaysProgram.FinishAsync(FlightDelaysProgram.StartProgram(native, _temp.Path, "--output", _temp["aot"]));
        Assert.True(result.ExitCode == 0, result.Error);
        var jit = await FlightDelaysProgram.RunAsync(_temp.Path, "--output", _temp["jit"]);
        Assert.True(jit.ExitCode == 0, jit.Error);
        ReportReader.AssertSameBytes(_temp["jit"], _temp["aot"], "AOT");
        output.WriteLine($"publish {publish.Time.TotalSeconds:0} s; AOT {result.Time.TotalSeconds:0.00} s, {result.PeakBytes >> 20} MiB; JIT {jit.Time.TotalSeconds:0.00} s, {jit.PeakBytes >> 20} MiB");

        // By every transport, the worker processes native, too.
        foreach (var kind in (string[])["embedded", .. FlightDelaysBrokerTests.ServerKinds])
        {
            await using var host = kind == "embedded" ? null : FlightDelaysBrokerTests.Create(kind);
            if (host is not null)
            {
                await host.StartAsync();
            }

            await RunNativeAsync(native, kind, host is null ? "embedded:" + _temp["queue"] : FlightDelaysBrokerTests.AddressOf(host));
        }

        await using (var host = new KafkaHost())
        {
            await host.StartAsync();
            await using var cluster = await host.CreateClusterAsync();
            await RunNativeAsync(native, "kafka", FlightDelaysBrokerTests.AddressOf(cluster));
        }

        var missing = await FlightDelaysProgram.FinishAsync(FlightDelaysProgram.StartProgram(native, _temp.Path, "--input", _temp["nowhere"]));
        Assert.Equal(66, missing.ExitCode);
    }

    private async Task RunNativeAsync(string native, string kind, string address)
    {
        var result = await FlightDelaysProgram.FinishAsync(FlightDelaysProgram.StartProgram(native, _temp.Path, "--output", _temp["aot-" + kind], "--broker", address));
        Assert.True(result.ExitCode == 0, $"{kind}: {result.Error}");
        ReportReader.AssertSameBytes(_temp["jit"], _temp["aot-" + kind], $"AOT by {kind}");
        output.WriteLine($"{kind}: {result.Time.TotalSeconds:0.00} s, {result.PeakBytes >> 20} MiB");
    }
}
