using HighPerf.Control;
using HighPerf.TestKit;
using HighPerf.Tests.Declarations;
using HighPerf.Tests.Hosting;
using HighPerf.Transports;
using Microsoft.Extensions.Logging;

namespace HighPerf.Tests.Control;

public sealed class TimetableTests
{
    [Fact]
    public async Task Delays_that_a_broker_cannot_keep_are_kept_here_and_never_early()
    {
        var clock = new ManualTimeProvider();
        FaultyTransport? broker = null;
        await using var app = await TestApplication.StartAsync(
            static hp => hp.AddWorker(static w => w.Lease = TimeSpan.FromHours(1)), wrap: inner => broker = new FaultyTransport(inner) { Hidden = TransportFeature.Delay }, clock: clock);
        var handles = new List<(int Due, TaskHandle<int> Handle)>();
        foreach (var seconds in new[] { 30, 10, 20, 10 })
        {
            handles.Add((seconds, await app.Publisher.SendAsync(Play.Call("due", seconds).After(TimeSpan.FromSeconds(seconds)))));
        }

        Assert.Empty(broker!.Published);
        for (var second = 1; second <= 30; second++)
        {
            clock.Advance(TimeSpan.FromMilliseconds(999));
            Assert.Equal(handles.Count(h => h.Due < second), broker.Published.Count);
            clock.Advance(TimeSpan.FromMilliseconds(1));
            Assert.Equal(handles.Count(h => h.Due <= second), broker.Published.Count);
        }

        foreach (var (due, handle) in handles)
        {
            Assert.Equal(due, await handle.GetResultAsync());
        }
    }

    [Fact]
    public async Task A_message_that_is_due_and_refused_is_published_again()
    {
        var clock = new ManualTimeProvider();
        FaultyTransport? broker = null;
        await using var app = await TestApplication.StartAsync(
            static hp => hp.AddWorker(static w => w.Lease = TimeSpan.FromHours(1)), wrap: inner => broker = new FaultyTransport(inner) { Hidden = TransportFeature.Delay }, clock: clock);
        var refusals = 0;
        broker!.OnPublish = _ => ++refusals <= 3 ? new PublishOutcome(PublishStatus.Unknown, "gone") : null;
        var handle = await app.Publisher.SendAsync(Play.Call("due", 1).After(TimeSpan.FromSeconds(5)));
        clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal(1, refusals);
        clock.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal(4, refusals);
        Assert.Equal(1, await handle.GetResultAsync());
        Assert.Equal(3, app.Log.Entries.Count(static entry => entry.Id == 1204));
    }

    [Fact]
    public async Task Retries_are_delayed_here_too()
    {
        await using var app = await TestApplication.StartAsync(wrap: static inner => new FaultyTransport(inner) { Hidden = TransportFeature.Delay });
        app.Stage.On("flaky", static (context, n) => context.Attempt < 4 ? throw new InvalidOperationException() : n);
        Assert.Equal(2, await app.Publisher.CallAsync(Play.Call("flaky", 2)));
    }

    [Fact]
    public async Task What_is_not_due_at_the_end_is_returned_and_said()
    {
        var clock = new ManualTimeProvider();
        var app = await TestApplication.StartAsync(wrap: static inner => new FaultyTransport(inner) { Hidden = TransportFeature.Delay }, clock: clock);
        for (var i = 0; i < 3; i++)
        {
            await app.Publisher.SendAsync(Play.Call("never").After(TimeSpan.FromDays(100)).IgnoreResult());
        }

        Assert.Equal(3, app.Pool.Outstanding - 6);
        await app.DisposeAsync();
        Assert.Contains("3 messages", app.Log.Text(1203), StringComparison.Ordinal);
        await Assert.ThrowsAsync<PublishException>(async () => await app.Publisher.SendAsync(Play.Call("never").After(TimeSpan.FromDays(1)).IgnoreResult()));
        app.Pool.AssertAllReturned();
    }

    [Fact]
    public void Far_instants_are_kept_over_the_range_of_timers()
    {
        var clock = new ManualTimeProvider();
        var timetable = new Timetable(clock, new RecordedLog(LogLevel.Debug));
        var ran = 0;
        timetable.Every(TimeSpan.FromDays(100), () => ran++);
        clock.Advance(TimeSpan.FromDays(99));
        Assert.Equal(0, ran);
        clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal(1, ran);
        clock.Advance(TimeSpan.FromDays(200));
        Assert.Equal(3, ran);
        timetable.Stop();
    }

    [Fact]
    public void A_recurring_job_that_throws_is_logged_and_runs_again()
    {
        var clock = new ManualTimeProvider();
        var log = new RecordedLog(LogLevel.Debug);
        var timetable = new Timetable(clock, log);
        var bad = 0;
        var good = 0;
        timetable.Every(TimeSpan.FromSeconds(1), () =>
        {
            bad++;
            throw new InvalidOperationException("broken job");
        });
        timetable.Every(TimeSpan.FromSeconds(1), () => good++);
        clock.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal((3, 3), (bad, good));
        Assert.Equal(3, log.Entries.Count(static entry => entry.Id == 1210));
        timetable.Stop();
        timetable.Every(TimeSpan.FromSeconds(1), () => good++);
        clock.Advance(TimeSpan.FromSeconds(3));
        Assert.Equal((3, 3), (bad, good));
    }
}
