using HighPerf.Messages;
using HighPerf.TestKit;
using HighPerf.Tests.Declarations;
using HighPerf.Tests.Hosting;
using HighPerf.Transports;

namespace HighPerf.Tests.Routing;

public sealed class RouterTests
{
    [Fact]
    public async Task Routes_lead_tasks_and_events_to_their_queues()
    {
        FaultyTransport? broker = null;
        await using var app = await TestApplication.StartAsync(
            static hp =>
            {
                hp.Route<Add>().ToQueue("sums");
                hp.Route("*HearsFirst").To("memory", "first");
                hp.Route<Happened>().ToQueue("events");
                hp.Route("*Declared").To("second");
                hp.AddInMemory("second");
            },
            wrap: inner => broker = new FaultyTransport(inner));
        Assert.Equal(3, await app.Publisher.CallAsync(Add.Call(1, 2)));
        await app.Publisher.PublishAsync(new Happened(4));
        await Wait.UntilAsync(() => app.Stage.Count("first") == 1 && app.Stage.Count("second") == 1);
        Assert.Equal(5, await app.Publisher.CallAsync(PlayDeclared.Call("x", 5)));
        Assert.Equal(["default", "events", "first", "sums"], broker!.Published.Select(static p => p.Queue).Order());
    }

    [Fact]
    public async Task An_event_becomes_one_command_per_subscriber_with_ids_derived_from_its_own()
    {
        FaultyTransport? broker = null;
        await using var app = await TestApplication.StartAsync(wrap: inner => broker = new FaultyTransport(inner));
        var headers = new List<IReadOnlyDictionary<string, string>>();
        var parents = new HashSet<MessageId>();
        foreach (var act in new[] { "first", "second" })
        {
            app.Stage.On(act, (context, n) =>
            {
                lock (headers)
                {
                    headers.Add(context.Headers);
                    parents.Add(context.ParentId);
                }

                return n;
            });
        }

        var id = await app.Publisher.PublishAsync(new Happened(4), new CallOptions { Headers = new Dictionary<string, string> { ["tenant"] = "7" } });
        await Wait.UntilAsync(() => app.Stage.Count("first") == 1 && app.Stage.Count("second") == 1);
        await app.IdleAsync();
        Assert.Equal([id], parents);
        Assert.All(headers, static h => Assert.Equal("7", h["tenant"]));
        Assert.All(app.Stage.All, static played => Assert.Equal(4, played.N));

        // Delivered again: the same commands, not new ones.
        var buffer = app.Broker.Rent();
        buffer.Write(broker!.Published.First().Bytes);
        await broker.Inner.PublishAsync(broker.Inner.GetDestination("default"), new OutgoingMessage { Bytes = buffer, Id = id }, CancellationToken.None);
        await Wait.UntilAsync(() => app.Stage.All.Count == 4);
        Assert.Single(app.Stage.Of("first").Select(static played => played.Id).Distinct());
        Assert.Single(app.Stage.Of("second").Select(static played => played.Id).Distinct());
        Assert.NotEqual(app.Stage.Of("first")[0].Id, app.Stage.Of("second")[0].Id);
    }

    [Fact]
    public async Task Events_and_documents_without_subscribers_are_acknowledged()
    {
        await using var app = await TestApplication.StartAsync();
        await app.Publisher.PublishAsync(new Unheard(1));
        await app.Publisher.PublishAsync(new LoosePage(1));
        await Wait.UntilAsync(() => app.Log.Entries.Count(static entry => entry.Id == 1100) == 2);
        await app.IdleAsync();
        Assert.Equal(0, (await app.LengthAsync()).Dead);
        await app.Publisher.PublishAndWaitAsync(MessageId.New(1), new LoosePage(2), CancellationToken.None);
    }

    [Fact]
    public async Task A_document_that_is_waited_for_is_done_when_its_subscribers_are()
    {
        await using var app = await TestApplication.StartAsync();
        var open = new TaskCompletionSource();
        app.Stage.On("page", async (_, n) =>
        {
            await open.Task;
            return n;
        });
        var wait = app.Publisher.PublishAndWaitAsync(MessageId.New(1), new Page(1, "text"), CancellationToken.None).AsTask();
        await Wait.UntilAsync(() => app.Stage.Count("page") == 1);
        Assert.False(wait.IsCompleted);
        open.SetResult();
        await wait;

        app.Stage.On("page", (_, _) => throw new PoisonException("unreadable"));
        await Assert.ThrowsAsync<TaskFailedException>(async () => await app.Publisher.PublishAndWaitAsync(MessageId.New(2), new Page(2, "text"), CancellationToken.None));

        app.Stage.On("first", (_, n) => n);
        app.Stage.On("second", (_, _) => throw new PoisonException("deaf"));
        await Assert.ThrowsAsync<TaskFailedException>(async () => await app.Publisher.PublishAndWaitAsync(MessageId.New(3), new Happened(3), CancellationToken.None));
    }

    [Fact]
    public async Task An_event_whose_commands_are_refused_is_given_back_and_none_is_lost()
    {
        FaultyTransport? broker = null;
        var clock = new ManualTimeProvider();
        await using var app = await TestApplication.StartAsync(
            static hp => hp.AddWorker(static w => w.Lease = TimeSpan.FromHours(1)), wrap: inner => broker = new FaultyTransport(inner), clock: clock);
        await app.Publisher.CallAsync(Add.Call(1, 2));
        var refused = 0;
        broker!.OnPublish = _ => broker.Published.Count >= 3 && Interlocked.Increment(ref refused) == 1 ? new PublishOutcome(PublishStatus.Rejected, "full") : null;
        await app.Publisher.PublishAsync(new Happened(1));
        await Wait.UntilAsync(() => app.Log.Has(1013));
        await Wait.UntilAsync(async () => (await app.LengthAsync()).Delayed == 1);
        clock.Advance(TimeSpan.FromSeconds(5));
        await Wait.UntilAsync(() => app.Stage.Count("second") > 0 && app.Stage.Count("first") > 0);
        await app.IdleAsync();
    }

    [Fact]
    public async Task A_result_is_stored_in_every_sink_before_the_message_is_acknowledged_each_retried_on_its_own()
    {
        var clock = new ManualTimeProvider();
        var good = new ListSink("good");
        var bad = new ListSink("bad") { IsDown = true };
        await using var app = await TestApplication.StartAsync(
            hp =>
            {
                hp.AddSink("bad", _ => bad).AddSink("good", _ => good);
                hp.Results<Play>().ToSinks("bad", "good");
                hp.AddWorker(static w => w.Lease = TimeSpan.FromHours(1));
            },
            clock: clock);
        var handle = await app.Publisher.SendAsync(Play.Call("x", 5));
        await Wait.UntilAsync(() => good.Writes == 1 && bad.Attempts >= 1);
        await Wait.UntilAsync(() =>
        {
            clock.Advance(TimeSpan.FromMilliseconds(100));
            return bad.Attempts >= 3 && app.Log.Has(1101);
        });
        Assert.False(handle.IsCompleted);
        Assert.Equal(1, (await app.LengthAsync()).InFlight);
        bad.IsDown = false;
        await Wait.UntilAsync(() =>
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            return handle.IsCompleted;
        });
        Assert.Equal(5, await handle.GetResultAsync());
        Assert.Equal([5], bad.Values);
        Assert.Equal([5], good.Values);
        Assert.Equal(1, good.Writes);
        Assert.Equal(1, app.Stage.Count("x"));
        await app.IdleAsync();
    }

    [Fact]
    public async Task A_sink_that_is_down_for_long_fails_the_attempt_and_nothing_is_lost()
    {
        var clock = new ManualTimeProvider();
        var sink = new ListSink("down") { IsDown = true };
        await using var app = await TestApplication.StartAsync(
            hp =>
            {
                hp.AddSink("down", _ => sink);
                hp.Results<Play>().ToSinks("down");
                hp.AddWorker(static w => w.Lease = TimeSpan.FromDays(1));
            },
            clock: clock);
        var handle = await app.Publisher.SendAsync(Play.Call("x", 5));
        await Wait.UntilAsync(() =>
        {
            clock.Advance(TimeSpan.FromSeconds(5));
            return app.Log.Text(1001).Contains("again in", StringComparison.Ordinal);
        });
        await Wait.UntilAsync(() =>
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            return app.Stage.Count("x") == 2;
        });
        sink.IsDown = false;
        await Wait.UntilAsync(() =>
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            return handle.IsCompleted;
        });
        Assert.Equal(5, await handle.GetResultAsync());
        Assert.Equal([5], sink.Values);
    }
}
