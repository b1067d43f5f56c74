using HighPerf.TestKit;
using HighPerf.Tests.Declarations;
using HighPerf.Tests.Hosting;

namespace HighPerf.Tests.Execution;

public sealed class DrainTests
{
    [Fact]
    public async Task A_drain_lets_what_runs_finish_and_gives_back_what_waits_uncounted()
    {
        FaultyTransport? broker = null;
        var open = new TaskCompletionSource();
        await using (var app = await TestApplication.StartAsync(
            static hp => hp.AddWorker(static w =>
            {
                w.Concurrency = 1;
                w.CpuConcurrency = 1;
            }),
            wrap: inner => broker = new FaultyTransport(inner) { OutlivesApplication = true }))
        {
            app.Stage.On("wait", async (_, n) =>
            {
                await open.Task;
                return n;
            });
            var first = await app.Publisher.SendAsync(Play.Call("wait", 1));
            await Wait.UntilAsync(() => app.Stage.Count("wait") == 1);
            for (var i = 0; i < 10; i++)
            {
                await app.Publisher.SendAsync(Play.Call("later", i).IgnoreResult());
            }

            var stop = app.StopAsync();
            await Wait.UntilAsync(async () => (await broker!.GetLengthAsync("default", CancellationToken.None)).InFlight == 1);
            Assert.False(stop.IsCompleted);
            open.SetResult();
            Assert.Equal(1, await first.GetResultAsync());
            await stop;
            Assert.Equal(0, app.Stage.Count("later"));
            await using (var consumer = await TestConsumer.OpenAsync(broker!.Inner, "default"))
            {
                var back = await consumer.ReceiveAsync(10);
                Assert.All(back, static delivery => Assert.Equal(1, delivery.DeliveryCount));
                Assert.Equal(0, (await broker.GetLengthAsync("default", CancellationToken.None)).Ready);
            }

            await broker.Inner.DisposeAsync();
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task When_the_drain_time_is_over_tasks_are_cancelled_and_their_messages_given_back_uncounted(bool otherException)
    {
        FaultyTransport? broker = null;
        var reason = CancellationReason.None;
        await using var app = await TestApplication.StartAsync(
            static hp => hp.AddWorker(static w => w.DrainTimeout = TimeSpan.FromMilliseconds(50)), wrap: inner => broker = new FaultyTransport(inner) { OutlivesApplication = true });
        app.Stage.On("wait", async (context, n) =>
        {
            try
            {
                await Task.Delay(Timeout.Infinite, context.CancellationToken);
            }
            catch (OperationCanceledException) when (otherException)
            {
                reason = context.CancellationReason;
                throw new IOException("cut");
            }
            finally
            {
                reason = context.CancellationReason;
            }

            return n;
        });
        await app.Publisher.SendAsync(Play.Call("wait").IgnoreResult());
        await Wait.UntilAsync(() => app.Stage.Count("wait") == 1);
        await app.StopAsync();
        Assert.Equal(CancellationReason.Shutdown, reason);
        Assert.True(app.Log.Has(1016));
        var length = await broker!.GetLengthAsync("default", CancellationToken.None);
        Assert.Equal((1, 0, 0), (length.Ready, length.Delayed, length.Dead));
        await using (var consumer = await TestConsumer.OpenAsync(broker.Inner, "default"))
        {
            Assert.Equal(1, (await consumer.ReceiveAsync()).DeliveryCount);
        }

        await broker.Inner.DisposeAsync();
    }

    [Fact]
    public async Task Idle_slots_cost_nothing_while_the_worker_drains()
    {
        await using var app = await TestApplication.StartAsync(static hp => hp.AddWorker(static w => w.Concurrency = 32));
        var open = new TaskCompletionSource();
        app.Stage.On("wait", async (_, n) =>
        {
            await open.Task;
            return n;
        });
        var call = await app.Publisher.SendAsync(Play.Call("wait"));
        await Wait.UntilAsync(() => app.Stage.Count("wait") == 1);
        var others = Enumerable.Range(0, 200).Select(n => app.Publisher.SendAsync(Play.Call("other", n)).AsTask()).ToArray();
        await Task.WhenAll(others);
        var stop = app.StopAsync();
        var before = Environment.CpuUsage.TotalTime;
        await Task.Delay(1000);
        var used = Environment.CpuUsage.TotalTime - before;
        open.SetResult();
        await stop;
        await call.GetResultAsync();

        // Other tests run beside this one; spinning slots would take every processor for the whole second.
        Assert.True(used < TimeSpan.FromSeconds(1) * Environment.ProcessorCount, $"{used} of processor time in 1 s of draining");
    }

    [Fact]
    public async Task A_drain_does_not_wait_for_an_abandoned_attempt()
    {
        var open = new TaskCompletionSource();
        var app = await TestApplication.StartAsync(static hp => hp.AddWorker(static w => w.DrainTimeout = TimeSpan.FromMinutes(5)));
        app.Stage.On("deaf", async (_, n) =>
        {
            await open.Task;
            return n;
        });
        await Assert.ThrowsAsync<TaskFailedException>(async () => await app.Publisher.CallAsync(PlayInHardTime.Call("deaf")));
        var stop = app.StopAsync();
        await stop.WaitAsync(TimeSpan.FromMinutes(1));
        open.SetResult();
    }
}
