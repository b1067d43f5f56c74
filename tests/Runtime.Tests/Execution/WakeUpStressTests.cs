using HighPerf.TestKit;
using HighPerf.Tests.Declarations;
using HighPerf.Tests.Hosting;
using Microsoft.Extensions.Logging;

namespace HighPerf.Tests.Execution;

/// <summary>Messages at every rhythm, and every one must be executed: a lost wake-up shows as a hang.</summary>
public sealed class WakeUpStressTests
{
    [Theory]
    [InlineData(1, 1, 1)]
    [InlineData(2, 1, 2)]
    [InlineData(4, 2, 32)]
    [InlineData(32, 2, 8)]
    public async Task No_message_is_left_lying(int io, int cpu, int burst)
    {
        var seed = Environment.TickCount;
        await using var app = await TestApplication.StartAsync(
            hp => hp.AddWorker(w =>
            {
                w.Concurrency = io;
                w.CpuConcurrency = cpu;
                w.Burst = burst;
            }),
            captureStacks: false,
            logLevel: LogLevel.Warning);
        const int Messages = 25_000;
        const int Producers = 3;
        var done = 0;
        app.Stage.On("sync", (_, n) =>
        {
            Interlocked.Increment(ref done);
            return n;
        });
        app.Stage.On("yield", async (_, n) =>
        {
            await Task.Yield();
            Interlocked.Increment(ref done);
            return n;
        });
        var sent = 0;
        var producers = Enumerable.Range(0, Producers).Select(producer => Task.Run(async () =>
        {
            var random = new Random(seed + producer);
            for (var i = 0; i < Messages / Producers; i++)
            {
                var send = random.Next(8) switch
                {
                    0 => app.Publisher.SendAsync(PlayOnCpu.Call("sync", i).IgnoreResult()),
                    1 or 2 => app.Publisher.SendAsync(Play.Call("yield", i).IgnoreResult()),
                    3 => app.Publisher.SendAsync(PlayDeclared.Call("sync", i).IgnoreResult()),
                    _ => app.Publisher.SendAsync(Play.Call("sync", i).IgnoreResult()),
                };
                await send;
                Interlocked.Increment(ref sent);
                switch (random.Next(400))
                {
                    case 0:
                        // Let everything come to rest: the next message must wake somebody.
                        await Task.Delay(random.Next(3));
                        break;
                    case < 100:
                        Thread.SpinWait(random.Next(400));
                        break;
                }
            }
        })).ToArray();
        await Task.WhenAll(producers).WaitAsync(TimeSpan.FromMinutes(2));
        await Wait.UntilAsync(() => Volatile.Read(ref done) == Volatile.Read(ref sent), TimeSpan.FromSeconds(60), $"seed {seed}: all messages executed");
    }

    [Fact]
    public async Task Single_calls_one_after_the_other_never_hang()
    {
        await using var app = await TestApplication.StartAsync(captureStacks: false, logLevel: LogLevel.Warning);
        var random = new Random(4711);
        for (var i = 0; i < 20_000; i++)
        {
            Assert.Equal(i + 1, await app.Publisher.CallAsync(Add.Call(i, 1)).AsTask().WaitAsync(Wait.Patience));
            Thread.SpinWait(random.Next(300));
        }
    }

    [Fact]
    public async Task Blocking_tasks_among_short_ones_leave_nothing_lying()
    {
        await using var app = await TestApplication.StartAsync(
            static hp => hp.AddWorker(static w =>
            {
                w.Concurrency = 3;
                w.Burst = 2;
            }),
            captureStacks: false,
            logLevel: LogLevel.Warning);
        var open = new ManualResetEventSlim();
        app.Stage.On("block", (_, n) =>
        {
            open.Wait();
            return n;
        });
        for (var round = 0; round < 50; round++)
        {
            open.Reset();
            var blocked = Enumerable.Range(0, 2).Select(n => app.Publisher.CallAsync(Play.Call("block", n)).AsTask()).ToArray();
            for (var i = 0; i < 20; i++)
            {
                await app.Publisher.CallAsync(Play.Call("short", i)).AsTask().WaitAsync(Wait.Patience);
            }

            open.Set();
            await Task.WhenAll(blocked).WaitAsync(Wait.Patience);
        }
    }
}
