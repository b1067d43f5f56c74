using System.Text;
using HighPerf.TestKit;
using HighPerf.Tests.Declarations;
using HighPerf.Tests.Hosting;
using HighPerf.Transports;
using Microsoft.Extensions.Logging;

namespace HighPerf.Tests.Execution;

public sealed class WorkerTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_message_that_arrives_while_a_task_runs_is_executed_beside_it(bool blocking)
    {
        for (var round = 0; round < 5; round++)
        {
            var open = new TaskCompletionSource();
            await using var app = await TestApplication.StartAsync();
            app.Stage.On("wait", async (_, n) =>
            {
                if (blocking)
                {
                    open.Task.Wait();
                }
                else
                {
                    await open.Task;
                }

                return n;
            });

            // Nothing else is going on: the slot that fetched the first message is the only one awake, and it is busy from now on.
            var first = app.Publisher.CallAsync(Play.Call("wait")).AsTask();
            await Wait.UntilAsync(() => app.Stage.Count("wait") == 1);
            for (var i = 0; i < 5; i++)
            {
                Assert.Equal(i, await app.Publisher.CallAsync(Play.Call("other", i)).AsTask().WaitAsync(Wait.Patience));
            }

            open.SetResult();
            await first;
        }
    }

    [Fact]
    public async Task All_io_slots_are_used_and_no_more_also_when_a_burst_is_smaller_than_they_are()
    {
        await using var app = await TestApplication.StartAsync(static hp => hp.AddWorker(static w =>
        {
            w.Concurrency = 40;
            w.Burst = 4;
        }));
        var open = new TaskCompletionSource();
        app.Stage.On("wait", async (_, n) =>
        {
            await open.Task;
            return n;
        });
        var calls = Enumerable.Range(0, 100).Select(n => app.Publisher.CallAsync(Play.Call("wait", n)).AsTask()).ToArray();
        await Wait.UntilAsync(() => app.Stage.Running == 40);
        open.SetResult();
        Assert.Equal(Enumerable.Range(0, 100), await Task.WhenAll(calls));
        Assert.Equal(40, app.Stage.MostRunning);
    }

    [Fact]
    public async Task Cpu_tasks_run_on_threads_of_their_own_and_within_their_budget()
    {
        await using var app = await TestApplication.StartAsync();
        var open = new ManualResetEventSlim();
        app.Stage.On("compute", (_, n) =>
        {
            open.Wait();
            return n;
        });
        var calls = Enumerable.Range(0, 10).Select(n => app.Publisher.CallAsync(PlayOnCpu.Call("compute", n)).AsTask()).ToArray();
        await Wait.UntilAsync(() => app.Stage.Running == 2);

        // CPU tasks that wait do not keep I/O tasks from running.
        Assert.Equal(3, await app.Publisher.CallAsync(Add.Call(1, 2)).AsTask().WaitAsync(Wait.Patience));
        open.Set();
        Assert.Equal(Enumerable.Range(0, 10), await Task.WhenAll(calls));
        Assert.Equal(2, app.Stage.MostRunning);
        Assert.All(app.Stage.Of("compute"), static played => Assert.StartsWith("HighPerf CPU slot", played.Thread, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Cpu_tasks_run_while_every_io_slot_is_taken_and_the_other_way_round()
    {
        await using var app = await TestApplication.StartAsync();
        var open = new TaskCompletionSource();
        app.Stage.On("wait", async (_, n) =>
        {
            await open.Task;
            return n;
        });
        var waiting = Enumerable.Range(0, 4).Select(n => app.Publisher.CallAsync(Play.Call("wait", n)).AsTask()).ToArray();
        await Wait.UntilAsync(() => app.Stage.Running == 4);
        for (var i = 0; i < 20; i++)
        {
            Assert.Equal(i, await app.Publisher.CallAsync(PlayOnCpu.Call("compute", i)).AsTask().WaitAsync(Wait.Patience));
        }

        open.SetResult();
        await Task.WhenAll(waiting);
    }

    [Fact]
    public async Task A_rare_task_does_not_wait_for_the_flood_of_another_one()
    {
        await using var app = await TestApplication.StartAsync(static hp =>
        {
            hp.Route("*Another").ToQueue("rare");
            hp.AddWorker(static w => w.Concurrency = 1);
        });
        var gate = new SemaphoreSlim(0);
        app.Stage.On("flood", async (_, n) =>
        {
            await gate.WaitAsync();
            return n;
        });
        var flood = Enumerable.Range(0, 500).Select(n => app.Publisher.CallAsync(Play.Call("flood", n)).AsTask()).ToArray();
        await Wait.UntilAsync(() => app.Stage.Count("flood") == 1);
        var rare = app.Publisher.CallAsync(PlayAnother.Call("rare", 7)).AsTask();
        await Wait.UntilAsync(async () => (await app.LengthAsync("rare")).Ready == 1 || (await app.LengthAsync("rare")).InFlight == 1);
        gate.Release(500);
        Assert.Equal(7, await rare.WaitAsync(Wait.Patience));
        await Task.WhenAll(flood);

        // Those that were fetched before it may go first: prefetch is concurrency + CPU slots + burst.
        var before = app.Stage.All.TakeWhile(static played => played.Act != "rare").Count(static played => played.Act == "flood");
        Assert.InRange(before, 1, 100);
    }

    [Fact]
    public async Task A_long_task_keeps_its_lease()
    {
        await using var app = await TestApplication.StartAsync(static hp => hp.AddWorker(static w => w.Lease = TimeSpan.FromMilliseconds(600)));
        app.Stage.On("long", async (_, n) =>
        {
            await Task.Delay(2500);
            return n;
        });
        app.Stage.On("block", (_, n) =>
        {
            Thread.Sleep(2500);
            return n;
        });
        var calls = new[] { app.Publisher.CallAsync(Play.Call("long", 1)).AsTask(), app.Publisher.CallAsync(Play.Call("block", 2)).AsTask(), app.Publisher.CallAsync(PlayOnCpu.Call("block", 3)).AsTask() };
        Assert.Equal<IEnumerable<int>>([1, 2, 3], await Task.WhenAll(calls));
        Assert.Equal(1, app.Stage.Count("long"));
        Assert.Equal(2, app.Stage.Count("block"));
        Assert.False(app.Log.Has(1006));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_message_keeps_its_lease_while_its_event_is_passed_on_or_its_retry_published(bool retry)
    {
        FaultyTransport? faulty = null;
        await using var app = await TestApplication.StartAsync(
            static hp => hp.AddWorker(static w => w.Lease = TimeSpan.FromMilliseconds(600)), wrap: inner => faulty = new FaultyTransport(inner));
        var slow = 0;
        faulty!.OnPublish = _ =>
        {
            // The first publish is the test's own, the next one the worker's.
            if (Interlocked.Increment(ref slow) == 2)
            {
                Thread.Sleep(2500);
            }

            return null;
        };
        if (retry)
        {
            app.Stage.On("fail", static (context, n) => context.Attempt < 3 ? throw new InvalidOperationException() : n);
            Assert.Equal(7, await app.Publisher.CallAsync(Play.Call("fail", 7)));
            await app.IdleAsync();
            Assert.Equal([1, 2, 3], app.Stage.Of("fail").Select(static played => played.Attempt));
        }
        else
        {
            await app.Publisher.PublishAsync(new Happened(1));
            await Wait.UntilAsync(() => app.Stage.Count("first") > 0 && app.Stage.Count("second") > 0);
            await app.IdleAsync();
            Assert.Equal(2, app.Stage.All.Count);
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_lost_lease_cancels_the_task_and_the_message_is_delivered_again(bool saysSoLater)
    {
        FaultyTransport? faulty = null;
        await using var app = await TestApplication.StartAsync(
            static hp => hp.AddWorker(static w => w.Lease = TimeSpan.FromMilliseconds(300)),
            wrap: inner => faulty = new FaultyTransport(inner) { LosesLeases = true, SaysLossesLater = saysSoLater });
        var reasons = new List<CancellationReason>();
        app.Stage.On("long", async (context, n) =>
        {
            if (app.Stage.Count("long") > 1)
            {
                faulty!.LosesLeases = false;
                return n;
            }

            try
            {
                await Task.Delay(Timeout.Infinite, context.CancellationToken);
            }
            finally
            {
                lock (reasons)
                {
                    reasons.Add(context.CancellationReason);
                }
            }

            return -1;
        });
        Assert.Equal(9, await app.Publisher.CallAsync(Play.Call("long", 9)));
        Assert.Equal([CancellationReason.LeaseLost], reasons);
        Assert.Equal(2, app.Stage.Count("long"));
        Assert.Equal([1, 1], app.Stage.Of("long").Select(static played => played.Attempt));
        await app.IdleAsync();
        Assert.Equal(0, (await app.LengthAsync()).Dead);
    }

    [Fact]
    public async Task A_message_that_is_started_again_and_again_without_an_outcome_becomes_a_dead_letter()
    {
        FaultyTransport? faulty = null;
        await using var app = await TestApplication.StartAsync(
            static hp => hp.AddWorker(static w =>
            {
                w.Lease = TimeSpan.FromMilliseconds(150);
                w.MaxStarts = 2;
            }),
            wrap: inner => faulty = new FaultyTransport(inner) { LosesLeases = true });
        app.Stage.On("dies", async (context, n) =>
        {
            await Task.Delay(Timeout.Infinite, context.CancellationToken);
            return n;
        });
        var exception = await Assert.ThrowsAsync<TaskFailedException>(async () => await app.Publisher.CallAsync(Play.Call("dies")));
        Assert.Contains("Delivered 3 times", exception.Message, StringComparison.Ordinal);
        Assert.Equal(DeadLetterReason.StartsExhausted, (await app.DeadLetterAsync()).Reason);
        Assert.Equal(2, app.Stage.Count("dies"));
    }

    [Fact]
    public async Task Bytes_that_are_no_message_become_a_dead_letter_and_the_loop_goes_on()
    {
        await using var app = await TestApplication.StartAsync();
        foreach (var text in new[] { "", "hello", new string('x', 500) })
        {
            var buffer = app.Broker.Rent();
            buffer.Write(Encoding.UTF8.GetBytes(text));
            await app.Broker.PublishAsync(app.Broker.GetDestination("default"), new OutgoingMessage { Bytes = buffer, Id = MessageId.New(1) }, CancellationToken.None);
        }

        await Wait.UntilAsync(async () => (await app.LengthAsync()).Dead == 3);
        Assert.All(await app.Broker.BrowseDeadLettersAsync("default", 10, CancellationToken.None), static letter => Assert.Equal(DeadLetterReason.Undecodable, letter.Reason));
        Assert.Equal(3, await app.Publisher.CallAsync(Add.Call(1, 2)));
        Assert.True(app.Log.Has(1007));
    }

    [Fact]
    public async Task Arguments_that_cannot_be_read_become_a_dead_letter_at_once()
    {
        FaultyTransport? faulty = null;
        await using var app = await TestApplication.StartAsync(static hp => hp.WithoutWorker(), wrap: inner => faulty = new FaultyTransport(inner));
        await app.Publisher.SendAsync(Append.Call("some text", "more").IgnoreResult());
        var bytes = faulty!.Published.Single().Bytes;
        BitConverter.TryWriteBytes(bytes.AsSpan(12), BitConverter.ToInt32(bytes, 12) - 6);

        await using var other = await TestApplication.StartAsync();
        var buffer = other.Broker.Rent();
        buffer.Write(bytes.AsSpan(0, bytes.Length - 6));
        await other.Broker.PublishAsync(other.Broker.GetDestination("default"), new OutgoingMessage { Bytes = buffer, Id = MessageId.New(1) }, CancellationToken.None);
        Assert.Equal(DeadLetterReason.Undecodable, (await other.DeadLetterAsync()).Reason);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(70)]
    public async Task Deliveries_in_segments_are_executed(int segment)
    {
        await using var app = await TestApplication.StartAsync(wrap: inner => new FaultyTransport(inner) { SegmentSize = segment });
        Assert.Equal(3, await app.Publisher.CallAsync(Add.Call(1, 2)));
        Assert.Equal("ab", await app.Publisher.CallAsync(Append.Call("a", "b")));
        Assert.Equal(5, await app.Publisher.CallAsync(PlayOnCpu.Call("x", 5)));
        await app.Publisher.PublishAsync(new Happened(3));
        await Wait.UntilAsync(() => app.Stage.Count("first") == 1 && app.Stage.Count("second") == 1);
        Assert.StartsWith("HighPerf CPU slot", app.Stage.Of("x").Single().Thread, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Recursive_retries_without_delay_do_not_exhaust_the_stack()
    {
        await using var app = await TestApplication.StartAsync(
            static hp => hp.AddWorker(static w => w.Retry = new RetryPolicy { MaxAttempts = 3000, Immediate = 100, Backoff = TimeSpan.Zero, MaxBackoff = TimeSpan.Zero }), logLevel: LogLevel.Critical, captureStacks: false);
        app.Stage.On("fail", (_, _) => throw new InvalidOperationException());
        await Assert.ThrowsAsync<TaskFailedException>(async () => await app.Publisher.CallAsync(Play.Call("fail")));
        Assert.Equal(3000, app.Stage.Count("fail"));
    }
}
