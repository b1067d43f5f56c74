using System.Diagnostics;
using System.Globalization;
using HighPerf.TestKit;

namespace HighPerf.Transports.Tests.Embedded;

/// <summary>Processes that are killed while they publish and acknowledge; what they said is kept in a ledger, which outlives them.</summary>
public sealed class EmbeddedCrashTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("highperf-embedded-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public async Task Nothing_accepted_is_lost_and_nothing_acknowledged_comes_back()
    {
        var accepted = new HashSet<string>();
        var acknowledging = new HashSet<string>();
        var acknowledged = new HashSet<string>();
        var random = new Random(5);
        const int Rounds = 8;
        for (var round = 0; round < Rounds; round++)
        {
            using var program = Start("embedded", _directory, (round * 10_000_000).ToString(CultureInfo.InvariantCulture));
            var said = 0;
            var reading = Task.Run(async () =>
            {
                while (await program.StandardOutput.ReadLineAsync() is { } line)
                {
                    Interlocked.Increment(ref said);
                    var id = line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..];
                    _ = line.Split(' ')[0] switch
                    {
                        "accepted" => accepted.Add(id),
                        "acknowledging" => acknowledging.Add(id),
                        "acknowledged" => acknowledged.Add(id),
                        _ => false,
                    };
                }
            });
            var enough = random.Next(200, 3000);
            await Wait.UntilAsync(() => Volatile.Read(ref said) > enough || program.HasExited);
            Assert.False(program.HasExited, program.HasExited ? await program.StandardError.ReadToEndAsync() : "");
            program.Kill();
            await program.WaitForExitAsync();
            await reading;
        }

        var transport = new EmbeddedTransport("embedded", new EmbeddedTransportOptions { Path = _directory });
        var start = Stopwatch.GetTimestamp();
        await transport.StartAsync(CancellationToken.None);
        var recovery = Stopwatch.GetElapsedTime(start);
        Assert.Empty(transport.Report!.Damages);
        var there = new HashSet<string>();
        await using (var consumer = await TestConsumer.OpenAsync(transport, "work", 256))
        {
            while ((await transport.GetLengthAsync("work", default)) is { Ready: > 0 } or { Delayed: > 0 })
            {
                foreach (var delivery in consumer.TryReceive(64))
                {
                    Assert.True(there.Add(TestConsumer.Text(in delivery).TrimEnd('\0')));
                    Assert.True(await consumer.Receiver.AcknowledgeAsync(delivery.Token));
                }
            }
        }

        Assert.Equal(0, transport.Statistics!.Value.LiveBytes);
        await transport.DisposeAsync();
        var lost = accepted.Where(id => !acknowledging.Contains(id) && !there.Contains(id)).ToArray();
        var back = acknowledged.Where(there.Contains).ToArray();
        Assert.True(lost.Length == 0 && back.Length == 0, $"accepted {accepted.Count}, acknowledged {acknowledged.Count}, there {there.Count}: lost {lost.Length} ({string.Join(' ', lost.Take(5))}), back {back.Length}");
        Assert.True(accepted.Count > 500, $"Only {accepted.Count} were accepted.");
        Assert.True(recovery < TimeSpan.FromSeconds(30), $"Recovery took {recovery}.");
    }

    [Fact]
    public async Task A_full_disk_rejects_and_goes_on_when_there_is_room()
    {
        if (!OperatingSystem.IsLinux() || !Environment.IsPrivilegedProcess)
        {
            return;
        }

        var mount = Directory.CreateDirectory(Path.Combine(_directory, "full")).FullName;
        Run("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", mount);
        try
        {
            var transport = new EmbeddedTransport("embedded", new EmbeddedTransportOptions { Path = mount, SegmentBytes = 64 * 1024 });
            await transport.StartAsync(CancellationToken.None);
            var accepted = 0;
            PublishOutcome outcome;
            while ((outcome = await Publish(transport)).IsAccepted)
            {
                accepted++;
            }

            Assert.Equal(PublishStatus.Rejected, outcome.Status);
            Assert.Contains("full", outcome.Reason, StringComparison.Ordinal);
            Assert.Equal(accepted, (await transport.GetLengthAsync("work", default)).Ready);
            await using (var consumer = await TestConsumer.OpenAsync(transport, "work", 256))
            {
                var taken = await consumer.ReceiveAsync(accepted / 2);
                foreach (var delivery in taken)
                {
                    Assert.True(await consumer.Receiver.AcknowledgeAsync(delivery.Token));
                }

                Assert.True((await Publish(transport)).IsAccepted);
            }

            await transport.DisposeAsync();
            transport = new EmbeddedTransport("embedded", new EmbeddedTransportOptions { Path = mount, SegmentBytes = 64 * 1024 });
            await transport.StartAsync(CancellationToken.None);
            Assert.Equal(accepted - (accepted / 2) + 1, (await transport.GetLengthAsync("work", default)).Ready);
            await transport.DisposeAsync();
        }
        finally
        {
            Run("umount", mount);
        }

        static ValueTask<PublishOutcome> Publish(Transport transport)
        {
            var buffer = transport.Rent();
            buffer.Write(new byte[2000]);
            return transport.PublishAsync(transport.GetDestination("work"), new OutgoingMessage { Bytes = buffer, Id = MessageId.New() }, default);
        }
    }

    private static Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet") { RedirectStandardError = true, RedirectStandardOutput = true };
        start.ArgumentList.Add(Path.Combine(AppContext.BaseDirectory, "Apps", "HighPerf.Apps.Crash.dll"));
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        return Process.Start(start)!;
    }

    private static void Run(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
    }
}
