using HighPerf.Messages;
using HighPerf.TestKit;
using HighPerf.Tests.Declarations;
using HighPerf.Tests.Hosting;
using HighPerf.Transports;

namespace HighPerf.Tests.Publishing;

public sealed class PublisherTests
{
    [Fact]
    public async Task Calls_return_results_of_synchronous_and_asynchronous_tasks()
    {
        await using var app = await TestApplication.StartAsync();
        Assert.Equal(3, await app.Publisher.CallAsync(Add.Call(1, 2)));
        Assert.Equal(5, await app.Publisher.CallAsync(AddLate.Call(2, 3)));
        Assert.Equal("ab", await app.Publisher.CallAsync(Append.Call("a", "b")));
        Assert.Equal(default(None), await app.Publisher.CallAsync(PlayQuietly.Call("nothing")));
        Assert.Equal(4, await app.Publisher.CallAsync(PlayOnCpu.Call("nothing", 4)));
    }

    [Fact]
    public async Task A_call_whose_result_could_not_come_back_is_not_sent()
    {
        FaultyTransport? faulty = null;
        await using var app = await TestApplication.StartAsync(wrap: inner => faulty = new FaultyTransport(inner));
        faulty!.RefusesToOpen = true;
        var refused = await Assert.ThrowsAsync<PublishException>(async () => await app.Publisher.CallAsync(Add.Call(1, 2)));
        Assert.Equal(PublishStatus.Rejected, refused.Status);
        Assert.Contains("the reply queue of this process cannot be opened there (The broker refuses, for the test.)", refused.Message, StringComparison.Ordinal);
        Assert.Equal(0, (await app.LengthAsync()).Ready);

        // What nobody waits for is sent all the same, and the next call tries again.
        await app.Publisher.SendAsync(Add.Call(1, 2).IgnoreResult());
        faulty.RefusesToOpen = false;
        Assert.Equal(3, await app.Publisher.CallAsync(Add.Call(1, 2)));
    }

    [Fact]
    public async Task A_failed_call_says_which_task_failed_how()
    {
        await using var app = await TestApplication.StartAsync();
        app.Stage.On("fail", (_, _) => throw new InvalidOperationException("broken pipe"));
        var failed = await Assert.ThrowsAsync<TaskFailedException>(async () => await app.Publisher.CallAsync(PlayOnce.Call("fail")));
        Assert.EndsWith("PlayOnce", failed.Task, StringComparison.Ordinal);
        Assert.Contains("InvalidOperationException: broken pipe", failed.Message, StringComparison.Ordinal);
        Assert.Equal(app.Stage.Of("fail").Single().Id, failed.Id);
    }

    [Fact]
    public async Task A_handle_gives_the_result_later_and_more_than_once()
    {
        await using var app = await TestApplication.StartAsync();
        var open = new TaskCompletionSource();
        app.Stage.On("wait", async (context, n) =>
        {
            context.ReportProgress(0.5);
            await open.Task;
            return n + 1;
        });
        var handle = await app.Publisher.SendAsync(Play.Call("wait", 41));
        await Wait.UntilAsync(() => handle.Progress == 0.5);
        Assert.False(handle.IsCompleted);
        open.SetResult();
        Assert.Equal(42, await handle.GetResultAsync());
        Assert.Equal(42, await handle.GetResultAsync());
        Assert.Equal(app.Stage.Of("wait").Single().Id, handle.Id);
    }

    [Fact]
    public async Task An_ignored_result_keeps_nothing()
    {
        await using var app = await TestApplication.StartAsync();
        var id = await app.Publisher.SendAsync(Play.Call("x", 1).IgnoreResult());
        await Wait.UntilAsync(() => app.Stage.Count("x") == 1);
        Assert.Equal(id, app.Stage.Of("x").Single().Id);
        Assert.Equal(0, app.Publisher.Results.WaitingCount);
    }

    [Fact]
    public async Task Cancelling_a_call_ends_the_wait_and_not_the_task()
    {
        await using var app = await TestApplication.StartAsync();
        var open = new TaskCompletionSource();
        var cancelled = false;
        var done = false;
        app.Stage.On("wait", async (context, n) =>
        {
            await open.Task;
            cancelled = context.CancellationToken.IsCancellationRequested;
            done = true;
            return n;
        });
        using var cancel = new CancellationTokenSource();
        var call = app.Publisher.CallAsync(Play.Call("wait"), cancel.Token).AsTask();
        await Wait.UntilAsync(() => app.Stage.Count("wait") == 1);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        open.SetResult();
        await Wait.UntilAsync(() => Volatile.Read(ref done));
        Assert.False(cancelled);
        await app.IdleAsync();
        Assert.Equal(3, await app.Publisher.CallAsync(Add.Call(1, 2)));
    }

    [Fact]
    public async Task A_token_that_is_cancelled_already_publishes_nothing()
    {
        await using var app = await TestApplication.StartAsync();
        await Assert.ThrowsAnyAsync<Exception>(async () => await app.Publisher.CallAsync(Play.Call("never"), new CancellationToken(true)));
        Assert.Equal(1, await app.Publisher.CallAsync(Play.Call("after", 1)));
        Assert.Equal(0, app.Stage.Count("never"));
    }

    [Fact]
    public async Task Publishing_to_a_full_queue_waits_until_its_deadline()
    {
        await using var app = await TestApplication.StartAsync(
            hp =>
            {
                hp.Publisher.PublishTimeout = TimeSpan.FromMilliseconds(50);
                hp.WithoutWorker();
            },
            new InMemoryTransportOptions { Capacity = 1 });
        await app.Publisher.SendAsync(Play.Call("x").IgnoreResult());
        foreach (var publish in PublishInEveryWay(app, CancellationToken.None))
        {
            var exception = await Assert.ThrowsAsync<PublishException>(() => publish.WaitAsync(Wait.Patience));
            Assert.Equal(PublishStatus.Rejected, exception.Status);
            Assert.Contains("memory/default", exception.Message, StringComparison.Ordinal);
        }

        Assert.Equal(1, (await app.LengthAsync()).Ready);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_caller_that_gives_up_waiting_for_room_is_told_that_it_did(bool before)
    {
        await using var app = await TestApplication.StartAsync(static hp => hp.WithoutWorker(), new InMemoryTransportOptions { Capacity = 1 });
        await app.Publisher.SendAsync(Play.Call("x").IgnoreResult());
        using var cancel = new CancellationTokenSource();
        if (before)
        {
            await cancel.CancelAsync();
        }

        var publishes = PublishInEveryWay(app, cancel.Token);
        if (!before)
        {
            Assert.All(publishes, static publish => Assert.False(publish.IsCompleted));
            await cancel.CancelAsync();
        }

        foreach (var publish in publishes)
        {
            var exception = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => publish.WaitAsync(Wait.Patience));
            Assert.Equal(cancel.Token, exception.CancellationToken);
        }

        Assert.Equal(1, (await app.LengthAsync()).Ready);
        Assert.Equal(0, app.Publisher.Results.WaitingCount);
    }

    [Fact]
    public async Task A_publish_that_waits_for_room_goes_through_when_there_is_some()
    {
        var open = new ManualResetEventSlim();
        await using var app = await TestApplication.StartAsync(
            hp => hp.AddWorker(w =>
            {
                w.Concurrency = 1;
                w.CpuConcurrency = 1;
                w.Burst = 1;
            }),
            new InMemoryTransportOptions { Capacity = 1 });
        app.Stage.On("block", (_, n) =>
        {
            open.Wait();
            return n;
        });
        var calls = Enumerable.Range(0, 20).Select(n => app.Publisher.CallAsync(Play.Call("block", n)).AsTask()).ToArray();
        await Wait.UntilAsync(() => app.Stage.Count("block") == 1);
        open.Set();
        Assert.Equal(Enumerable.Range(0, 20), await Task.WhenAll(calls));
    }

    [Fact]
    public async Task A_body_that_is_too_large_names_the_limit()
    {
        await using var app = await TestApplication.StartAsync(hp => hp.Publisher.MaxBodyBytes = 100);
        foreach (var attempt in new Func<Task>[]
        {
            async () => await app.Publisher.CallAsync(Append.Call(new string('x', 200), "y")),
            async () => await app.Publisher.SendAsync(Append.Call(new string('x', 200), "y")),
            async () => await app.Publisher.SendAsync(Append.Call(new string('x', 200), "y").IgnoreResult()),
            async () => await app.Publisher.PublishAsync(new Page(1, new string('x', 200))),
            async () => await app.Publisher.SendAsync(Append.Call(new string('x', 200), "y").Then(Append.Step("z"))),
        })
        {
            Assert.Contains("Publisher.MaxBodyBytes allows 100", (await Assert.ThrowsAsync<HighPerfException>(attempt)).Message, StringComparison.Ordinal);
        }

        Assert.Equal("ab", await app.Publisher.CallAsync(Append.Call("a", "b")));
    }

    [Fact]
    public async Task Too_many_headers_are_refused_and_nothing_leaks()
    {
        await using var app = await TestApplication.StartAsync();
        var call = Add.Call(1, 2);
        for (var i = 0; i < 65; i++)
        {
            call = call.WithHeader($"h{i}", "v");
        }

        await Assert.ThrowsAsync<MessageFormatException>(async () => await app.Publisher.CallAsync(call));
        await Assert.ThrowsAsync<MessageFormatException>(async () => await app.Publisher.SendAsync(call));
        Assert.Equal(3, await app.Publisher.CallAsync(Add.Call(1, 2)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_call_that_expires_in_the_queue_is_recorded_and_its_caller_told(bool inWorkflow)
    {
        var clock = new ManualTimeProvider();
        var open = new ManualResetEventSlim();
        await using var app = await TestApplication.StartAsync(
            hp => hp.AddWorker(w =>
            {
                w.Concurrency = 1;
                w.CpuConcurrency = 1;
                w.Burst = 1;
                w.Lease = TimeSpan.FromHours(1);
            }),
            clock: clock);
        app.Stage.On("block", (_, n) =>
        {
            open.Wait();
            return n;
        });
        var first = app.Publisher.CallAsync(Play.Call("block")).AsTask();
        await Wait.UntilAsync(() => app.Stage.Count("block") == 1);
        var calls = Enumerable.Range(0, 5).Select(n => inWorkflow
            ? app.Publisher.CallAsync(Play.Call("late", n).ExpiresAfter(TimeSpan.FromSeconds(1)).Then(Add.Step(1))).AsTask()
            : app.Publisher.CallAsync(Play.Call("late", n).ExpiresAfter(TimeSpan.FromSeconds(1))).AsTask()).ToArray();
        await Wait.UntilAsync(async () => (await app.LengthAsync()) is var length && length.Ready + length.InFlight == 6);
        clock.Advance(TimeSpan.FromSeconds(2));
        open.Set();
        await first;
        foreach (var call in calls)
        {
            Assert.Contains("time was over", (await Assert.ThrowsAsync<TaskFailedException>(() => call)).Message, StringComparison.Ordinal);
        }

        Assert.Equal(0, app.Stage.Count("late"));
        await Wait.UntilAsync(async () => (await app.LengthAsync()).Dead == 5);
        Assert.All(await app.Broker.BrowseDeadLettersAsync("default", 10, CancellationToken.None), static letter => Assert.Equal(DeadLetterReason.Expired, letter.Reason));
    }

    [Fact]
    public async Task Delays_and_instants_are_kept_and_never_early()
    {
        var clock = new ManualTimeProvider();
        await using var app = await TestApplication.StartAsync(hp => hp.AddWorker(w => w.Lease = TimeSpan.FromHours(1)), clock: clock);
        var after = await app.Publisher.SendAsync(Play.Call("after", 1).After(TimeSpan.FromSeconds(10)));
        var at = await app.Publisher.SendAsync(Play.Call("at", 2).At(clock.GetUtcNow().AddSeconds(20)));
        var late = await app.Publisher.SendAsync(Play.Call("past", 3).At(clock.GetUtcNow().AddSeconds(-5)));
        Assert.Equal(3, await late.GetResultAsync());
        Assert.Equal(2, (await app.LengthAsync()).Delayed);
        clock.Advance(TimeSpan.FromSeconds(10) - TimeSpan.FromMilliseconds(1));
        Assert.Equal(2, (await app.LengthAsync()).Delayed);
        Assert.Equal(0, app.Stage.Count("after"));
        clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(1, await after.GetResultAsync());
        clock.Advance(TimeSpan.FromSeconds(9));
        Assert.Equal(0, app.Stage.Count("at"));
        clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(2, await at.GetResultAsync());
    }

    [Fact]
    public async Task Priorities_headers_and_ids_reach_the_task()
    {
        await using var app = await TestApplication.StartAsync();
        var correlation = MessageId.New(DateTime.UtcNow.Ticks);
        IReadOnlyDictionary<string, string>? headers = null;
        (MessageId Correlation, MessageId Parent, MessageId Root, MessageId Id) ids = default;
        app.Stage.On("look", (context, n) =>
        {
            headers = context.Headers;
            ids = (context.CorrelationId, context.ParentId, context.RootId, context.Id);
            return n;
        });
        await app.Publisher.CallAsync(Play.Call("look").WithHeader("a", "1").WithHeader("b", "2").WithCorrelationId(correlation).WithPriority(MessagePriority.High));
        Assert.Equal(new Dictionary<string, string> { ["a"] = "1", ["b"] = "2" }, headers);
        Assert.Equal(correlation, ids.Correlation);
        Assert.True(ids.Parent.IsNone);
        Assert.Equal(ids.Id, ids.Root);

        await app.Publisher.CallAsync(Play.Call("look"));
        Assert.Empty(headers!);
        Assert.Equal(ids.Root, ids.Correlation);
    }

    [Fact]
    public async Task Children_carry_parent_root_and_correlation_on()
    {
        await using var app = await TestApplication.StartAsync();
        var seen = new List<(string Act, MessageId Id, MessageId Parent, MessageId Root, MessageId Correlation)>();
        void Note(string act, TaskContext context)
        {
            lock (seen)
            {
                seen.Add((act, context.Id, context.ParentId, context.RootId, context.CorrelationId));
            }
        }

        app.Stage.On("root", async (context, _) =>
        {
            Note("root", context);
            return await context.Publisher.CallAsync(Play.Call("child"));
        });
        app.Stage.On("child", async (context, _) =>
        {
            Note("child", context);
            await context.Publisher.PublishAsync(new Page(1, "x"));
            var handle = await context.Publisher.SendAsync(Play.Call("grandchild"));
            return await handle.GetResultAsync();
        });
        app.Stage.On("grandchild", (context, n) =>
        {
            Note("grandchild", context);
            return 5;
        });
        app.Stage.On("page", (context, n) =>
        {
            Note("page", context);
            return n;
        });
        var correlation = MessageId.New(DateTime.UtcNow.Ticks);
        Assert.Equal(5, await app.Publisher.CallAsync(Play.Call("root").WithCorrelationId(correlation)));
        await Wait.UntilAsync(() =>
        {
            lock (seen)
            {
                return seen.Count == 4;
            }
        });
        var root = seen.Single(static s => s.Act == "root");
        var child = seen.Single(static s => s.Act == "child");
        var grandchild = seen.Single(static s => s.Act == "grandchild");
        var page = seen.Single(static s => s.Act == "page");
        Assert.All(seen, s => Assert.Equal((root.Id, correlation), (s.Root, s.Correlation)));
        Assert.Equal(root.Id, child.Parent);
        Assert.Equal(child.Id, grandchild.Parent);
        Assert.NotEqual(child.Id, page.Parent);
        Assert.False(page.Parent.IsNone);
    }

    [Fact]
    public async Task Results_expire_and_the_log_says_so()
    {
        var clock = new ManualTimeProvider();
        await using var app = await TestApplication.StartAsync(
            hp =>
            {
                hp.Publisher.ResultLifetime = TimeSpan.FromSeconds(30);
                hp.WithoutWorker();
            },
            clock: clock);
        var handle = await app.Publisher.SendAsync(Add.Call(1, 2));
        clock.Advance(TimeSpan.FromSeconds(29));
        Assert.False(handle.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(11));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => handle.GetResultAsync());
        Assert.True(app.Log.Has(1205));
    }

    [Fact]
    public async Task Waits_end_when_the_application_stops_and_later_calls_are_refused()
    {
        await using var app = await TestApplication.StartAsync(static hp => hp.WithoutWorker());
        var call = app.Publisher.CallAsync(Add.Call(1, 2)).AsTask();
        var handle = await app.Publisher.SendAsync(Add.Call(1, 2));
        await app.StopAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => handle.GetResultAsync());
        await Assert.ThrowsAsync<PublishException>(async () => await app.Publisher.CallAsync(Add.Call(1, 2)));
    }

    [Fact]
    public async Task Calls_that_race_with_the_stop_all_end()
    {
        for (var round = 0; round < 10; round++)
        {
            await using var app = await TestApplication.StartAsync(captureStacks: false, logLevel: Microsoft.Extensions.Logging.LogLevel.Warning);
            var callers = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
            {
                while (true)
                {
                    try
                    {
                        await app.Publisher.CallAsync(Add.Call(1, 2));
                    }
                    catch (PublishException)
                    {
                        return;
                    }
                    catch (OperationCanceledException)
                    {
                    }
                }
            })).ToArray();
            await Task.Yield();
            await app.StopAsync();
            await Task.WhenAll(callers).WaitAsync(Wait.Patience);
        }
    }

    [Fact]
    public async Task A_publish_that_is_refused_by_the_broker_says_where_and_why()
    {
        FaultyTransport? faulty = null;
        await using var app = await TestApplication.StartAsync(wrap: inner => faulty = new FaultyTransport(inner));
        faulty!.OnPublish = static _ => new PublishOutcome(PublishStatus.Unknown, "the wire broke");
        var exception = await Assert.ThrowsAsync<PublishException>(async () => await app.Publisher.CallAsync(Add.Call(1, 2)));
        Assert.Equal(PublishStatus.Unknown, exception.Status);
        Assert.Contains("the wire broke", exception.Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<PublishException>(async () => await app.Publisher.PublishAsync(new Happened(1)));
        await Assert.ThrowsAsync<PublishException>(async () => await app.Publisher.SendAsync(Add.Call(1, 2).Then(Add.Step(3))));
        faulty.OnPublish = static _ => null;
        Assert.Equal(3, await app.Publisher.CallAsync(Add.Call(1, 2)));
    }

    private static Task[] PublishInEveryWay(TestApplication app, CancellationToken token) =>
    [
        app.Publisher.CallAsync(Play.Call("x"), token).AsTask(),
        app.Publisher.SendAsync(Play.Call("x"), token).AsTask(),
        app.Publisher.SendAsync(Play.Call("x").IgnoreResult(), token).AsTask(),
        app.Publisher.PublishAsync(new Happened(1), token).AsTask(),
        app.Publisher.PublishAsync(new Page(1, "x"), new CallOptions { Priority = MessagePriority.High }, token).AsTask(),
        app.Publisher.SendAsync(Play.Call("x").Then(Add.Step(1)), token).AsTask(),
        app.Publisher.CallAsync(Group.Of(Play.Call("x"), Play.Call("y")), token).AsTask(),
    ];
}
