using System.Collections.Concurrent;
using System.Diagnostics;
using HighPerf.TestKit;

namespace HighPerf.Tests.Hosting;

/// <summary>What only a process of its own shows: exit codes, standard error, signals.</summary>
public sealed class ProcessTests
{
    [Theory]
    [InlineData("slim-bad")]
    [InlineData("host-bad")]
    [InlineData("host-bad-early")]
    public async Task A_wrong_configuration_is_one_readable_block_and_exit_code_78(string mode)
    {
        using var program = new Program(mode);
        Assert.Equal(78, await program.ExitCodeAsync());
        var lines = program.Errors.ToArray();
        var start = Array.IndexOf(lines, "HighPerf cannot start: 2 settings are wrong.");
        Assert.True(start >= 0, program.Everything);
        Assert.StartsWith("  - Worker.Concurrency is 0", lines[start + 1], StringComparison.Ordinal);
        Assert.StartsWith("  - Route \"Orders.*\" leads to the broker 'rabbit'", lines[start + 2], StringComparison.Ordinal);
        Assert.Single(lines, static line => line.Contains("HighPerf cannot start", StringComparison.Ordinal));
        Assert.DoesNotContain(lines, static line => line.Contains("   at ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("slim-run", "-TERM")]
    [InlineData("host-run", "-TERM")]
    [InlineData("slim-run", "-INT")]
    [InlineData("host-run", "-INT")]
    public async Task A_signal_drains_and_the_process_ends_well(string mode, string signal)
    {
        using var program = new Program(mode, "one");
        await Wait.UntilAsync(() => program.Output.Contains("running one"));
        await program.SignalAsync(signal);
        await Wait.UntilAsync(() => program.Everything.Contains("Draining: Linger", StringComparison.Ordinal));
        Assert.DoesNotContain("done", program.Output);
        program.Say("go on");
        Assert.Equal(0, await program.ExitCodeAsync());
        Assert.Equal(["running one", "done", "ended"], program.Output.Where(static line => line is "running one" or "done" or "ended"));
    }

    [Theory]
    [InlineData("slim-run")]
    [InlineData("host-run")]
    public async Task A_second_interrupt_forces_the_end(string mode)
    {
        using var program = new Program(mode, "one");
        await Wait.UntilAsync(() => program.Output.Contains("running one"));
        await program.SignalAsync("-INT");
        await Wait.UntilAsync(() => program.Everything.Contains("Press Ctrl+C again", StringComparison.Ordinal));
        await program.SignalAsync("-INT");
        Assert.Equal(130, await program.ExitCodeAsync());
        Assert.DoesNotContain("done", program.Output);
    }

    private sealed class Program : IDisposable
    {
        private readonly Process _process;

        public Program(params string[] arguments)
        {
            var path = Path.Combine(AppContext.BaseDirectory, "Apps", "HighPerf.Apps.BadConfig.dll");
            var start = new ProcessStartInfo("dotnet")
            {
                RedirectStandardError = true,
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            };
            start.ArgumentList.Add(path);
            foreach (var argument in arguments)
            {
                start.ArgumentList.Add(argument);
            }

            _process = Process.Start(start)!;
            _process.OutputDataReceived += (_, line) => Keep(Output, line.Data);
            _process.ErrorDataReceived += (_, line) => Keep(Errors, line.Data);
            _process.BeginOutputReadLine();
            _process.BeginErrorReadLine();
        }

        public ConcurrentQueue<string> Output { get; } = new();

        public ConcurrentQueue<string> Errors { get; } = new();

        public string Everything => string.Join("\n", Output.Concat(Errors));

        public void Say(string line) => _process.StandardInput.WriteLine(line);

        public async Task SignalAsync(string signal)
        {
            using var kill = Process.Start("kill", [signal, _process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]);
            await kill.WaitForExitAsync();
            Assert.Equal(0, kill.ExitCode);
        }

        public async Task<int> ExitCodeAsync()
        {
            await _process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(1));
            return _process.ExitCode;
        }

        public void Dispose()
        {
            if (!_process.HasExited)
            {
                _process.Kill();
            }

            _process.Dispose();
        }

        private static void Keep(ConcurrentQueue<string> lines, string? line)
        {
            if (line is not null)
            {
                lines.Enqueue(line);
            }
        }
    }
}
