using System.Collections.Concurrent;
using HighPerf.Calls;
using HighPerf.Messages;
using HighPerf.State;
using HighPerf.TestKit;
using HighPerf.Tests.Declarations;
using HighPerf.Tests.Hosting;
using Microsoft.Extensions.Logging;

namespace HighPerf.Tests.Calls;

public sealed class WorkflowTests
{
    [Fact]
    public async Task Chains_pass_results_on_and_calls_ignore_them()
    {
        await using var app = await TestApplication.StartAsync();
        Assert.Equal("abc", await app.Publisher.CallAsync(Append.Call("a", "b").Then(Append.Step("c"))));
        Assert.Equal(10, await app.Publisher.CallAsync(Add.Call(1, 2).Then(AddLate.Step(3)).Then(Add.Step(4))));
        Assert.Equal(30, await app.Publisher.CallAsync(Append.Call("a", "b").Then(Add.Call(10, 20))));
        Assert.Equal(31, await app.Publisher.CallAsync(Append.Call("a", "b").Then(Add.Call(10, 20)).Then(Add.Step(1))));
        Assert.Equal(3, await app.Publisher.CallAsync(Chain.Of(Add.Call(1, 2))));
        Assert.Equal(7, await app.Publisher.CallAsync(PlayQuietly.Call("nothing").Then(Add.Call(3, 4))));
    }

    [Fact]
    public async Task Groups_return_results_in_their_order()
    {
        await using var app = await TestApplication.StartAsync();
        app.Stage.On("reversed", async (_, n) =>
        {
            await Task.Delay((10 - n) * 3);
            return n;
        });
        Assert.Equal(Enumerable.Range(0, 10), await app.Publisher.CallAsync(Group.Of(Enumerable.Range(0, 10).Select(static n => Play.Call("reversed", n)))));
        Assert.Equal(["ab", "cd"], await app.Publisher.CallAsync(Group.Of(Append.Call("a", "b"), Append.Call("c", "d"))));
        Assert.Equal<IEnumerable<int>>([5], await app.Publisher.CallAsync(Group.Of(Add.Call(2, 3))));
        Assert.Equal(3, (await app.Publisher.CallAsync(Group.Of(Enumerable.Range(0, 3).Select(static n => PlayQuietly.Call("q", n))))).Length);
    }

    [Fact]
    public async Task Chords_take_arrays_lists_and_read_only_lists()
    {
        await using var app = await TestApplication.StartAsync();
        var calls = Enumerable.Range(1, 10).Select(static n => Add.Call(n, 0)).ToArray();
        Assert.Equal(55, await app.Publisher.CallAsync(Chord.Of(calls, SumArray.Step())));
        Assert.Equal(55, await app.Publisher.CallAsync(Chord.Of(calls, SumList.Step())));
        Assert.Equal(155, await app.Publisher.CallAsync(Chord.Of(calls, SumReadOnly.Step(100))));
        Assert.Equal("xy,zw", await app.Publisher.CallAsync(Chord.Of([Append.Call("x", "y"), Append.Call("z", "w")], Join.Step())));
        Assert.Equal(56, await app.Publisher.CallAsync(Group.Of(calls).Then(SumArray.Step()).Then(Add.Step(1))));
        Assert.Equal(9, await app.Publisher.CallAsync(Group.Of(calls).Then(Add.Call(4, 5))));
    }

    [Fact]
    public async Task Empty_groups_and_chords_complete_at_once()
    {
        await using var app = await TestApplication.StartAsync(static hp => hp.Route("*PlayAnother").ToQueue("elsewhere"));
        Assert.Empty(await app.Publisher.CallAsync(Group.Of(Array.Empty<TaskCall<Add.Arguments, int>>())));
        Assert.Equal(0, await app.Publisher.CallAsync(Chord.Of(Array.Empty<TaskCall<Add.Arguments, int>>(), SumArray.Step())));
        Assert.Equal(7, await app.Publisher.CallAsync(Chord.Of(Array.Empty<TaskCall<Add.Arguments, int>>(), SumReadOnly.Step(7))));

        // A call that ignores the empty list keeps its own arguments and its queue.
        Assert.Equal(9, await app.Publisher.CallAsync(Group.Of(Array.Empty<TaskCall<Add.Arguments, int>>()).Then(Add.Call(4, 5))));
        Assert.Equal(10, await app.Publisher.CallAsync(Group.Of(Array.Empty<TaskCall<Add.Arguments, int>>()).Then(Add.Call(4, 5)).Then(Add.Step(1))));
        Assert.Empty(await app.Publisher.CallAsync(Group.Of<int>()));
    }

    [Fact]
    public async Task Groups_of_chains_and_of_groups_are_nested()
    {
        await using var app = await TestApplication.StartAsync();
        Assert.Equal<IEnumerable<int>>(
            [6, 15, 24],
            await app.Publisher.CallAsync(Group.Of<int>(
                Add.Call(1, 2).Then(Add.Step(3)), Add.Call(4, 5).Then(AddLate.Step(6)), Add.Call(7, 8).Then(Add.Step(4)).Then(Add.Step(5)))));
        Assert.Equal(
            45,
            await app.Publisher.CallAsync(Group.Of<int>(Add.Call(1, 2).Then(Add.Step(3)), Chord.Of([Add.Call(4, 5), Add.Call(6, 7), Add.Call(8, 9)], SumArray.Step())).Then(SumArray.Step())));

        // Groups of different sizes.
        var nested = await app.Publisher.CallAsync(Group.Of<int[]>(Group.Of(Add.Call(1, 0)), Group.Of(Add.Call(2, 0), Add.Call(3, 0), Add.Call(4, 0)), Group.Of(Add.Call(5, 0), Add.Call(6, 0))));
        Assert.Equal([[1], [2, 3, 4], [5, 6]], nested);
    }

    [Fact]
    public async Task Chains_go_on_after_groups()
    {
        await using var app = await TestApplication.StartAsync();
        var total = Group.Of(Add.Call(1, 1), Add.Call(2, 2)).Then(SumArray.Step()).Then(Add.Step(10)).Then(Append.Call("the", " end"));
        Assert.Equal("the end", await app.Publisher.CallAsync(total));
    }

    [Fact]
    public async Task A_failing_member_fails_the_whole_once_and_leaves_nothing()
    {
        var state = new ListedStateStore();
        await using var app = await TestApplication.StartAsync(hp => hp.UseState(_ => state));
        app.Stage.On("fail", (_, n) => n % 2 == 0 ? throw new InvalidOperationException($"member {n}") : n);
        var handle = await app.Publisher.SendAsync(Chord.Of(Enumerable.Range(0, 6).Select(static n => PlayOnce.Call("fail", n)), SumArray.Step()));
        var exception = await Assert.ThrowsAsync<TaskFailedException>(() => handle.GetResultAsync());
        Assert.Contains("member", exception.Message, StringComparison.Ordinal);
        await app.IdleAsync();
        Assert.Equal(3, (await app.LengthAsync()).Dead);
        await Wait.UntilAsync(() => !state.Keys.Any(static key => key.Count(static c => c == ':') == 1));
    }

    [Fact]
    public async Task A_failing_step_fails_the_chain()
    {
        await using var app = await TestApplication.StartAsync();
        app.Stage.On("fail", (_, _) => throw new InvalidOperationException("step"));
        await Assert.ThrowsAsync<TaskFailedException>(async () => await app.Publisher.CallAsync(Add.Call(1, 2).Then(PlayOnce.Call("fail")).Then(Add.Step(1))));
    }

    [Fact]
    public async Task A_chord_of_a_thousand_members_completes_and_its_state_is_removed()
    {
        var state = new ListedStateStore();
        await using var app = await TestApplication.StartAsync(
            hp => hp.UseState(_ => state), captureStacks: false, logLevel: LogLevel.Warning);
        Assert.Equal(499_500, await app.Publisher.CallAsync(Chord.Of(Enumerable.Range(0, 1000).Select(static n => Add.Call(n, 0)), SumArray.Step())));
        await Wait.UntilAsync(() => state.Keys.Count == 0);
    }

    [Fact]
    public async Task Queues_that_the_caller_named_are_used_by_first_and_by_later_calls()
    {
        FaultyTransport? broker = null;
        await using var app = await TestApplication.StartAsync(
            static hp => hp.AddWorker(static w => w.Queues = ["default", "first", "second"]), wrap: inner => broker = new FaultyTransport(inner));
        Assert.Equal(7, await app.Publisher.CallAsync(Add.Call(1, 2).On("first").Then(Add.Call(3, 4).On("second"))));
        Assert.Equal(["first", "second"], broker!.Published.Select(static p => p.Queue));
        broker.Published.Clear();
        Assert.Equal(9, await app.Publisher.CallAsync(Group.Of(Array.Empty<TaskCall<Add.Arguments, int>>()).Then(Add.Call(4, 5).On("second"))));
        Assert.Equal(["second"], broker.Published.Select(static p => p.Queue));
        broker.Published.Clear();
        Assert.Equal<IEnumerable<int>>([3, 3], await app.Publisher.CallAsync(Group.Of(Add.Call(1, 2).On("first"), Add.Call(1, 2).On("second"))));
        Assert.Equal(["first", "second"], broker.Published.Select(static p => p.Queue));
    }

    [Fact]
    public async Task A_completion_that_comes_twice_is_counted_once()
    {
        FaultyTransport? broker = null;
        await using var app = await TestApplication.StartAsync(wrap: inner => broker = new FaultyTransport(inner));
        var open = new TaskCompletionSource();
        app.Stage.On("last", async (_, n) =>
        {
            await open.Task;
            return n;
        });
        var handle = await app.Publisher.SendAsync(Chord.Of([Play.Call("quick", 1), Play.Call("last", 10), Play.Call("quick", 100)], SumArray.Step()));
        await Wait.UntilAsync(() => app.Stage.Count("quick") == 2);

        // The same commands again, byte for byte: what a redelivery is.
        foreach (var (queue, bytes) in broker!.Published.ToArray().Where(static p => Envelope.TryParse(p.Bytes, out _, out _)))
        {
            await PublishAsync(app, queue, bytes);
        }

        await Wait.UntilAsync(() => app.Stage.Count("quick") == 4 && app.Stage.Count("last") == 2);
        Assert.False(handle.IsCompleted);
        open.SetResult();
        Assert.Equal(111, await handle.GetResultAsync());
        await app.IdleAsync();

        // And long after the end: dropped.
        foreach (var (queue, bytes) in broker.Published.ToArray())
        {
            await PublishAsync(app, queue, bytes);
        }

        await app.IdleAsync();
        Assert.True(app.Log.Has(1014));
        Assert.Equal(0, (await app.LengthAsync()).Dead);
    }

    [Fact]
    public async Task A_workflow_that_could_not_be_sent_leaves_no_graph()
    {
        var state = new ListedStateStore();
        FaultyTransport? broker = null;
        await using var app = await TestApplication.StartAsync(hp => hp.UseState(_ => state), wrap: inner => broker = new FaultyTransport(inner));
        var published = 0;
        broker!.OnPublish = _ => ++published > 2 ? new HighPerf.Transports.PublishOutcome(HighPerf.Transports.PublishStatus.Rejected, "full") : null;
        await Assert.ThrowsAsync<PublishException>(async () => await app.Publisher.SendAsync(Group.Of(Enumerable.Range(0, 5).Select(static n => Add.Call(n, n)))));
        broker.OnPublish = static _ => null;
        await app.IdleAsync();
        Assert.DoesNotContain(state.Keys, static key => key.Count(static c => c == ':') == 1);
        Assert.Equal(0, app.Publisher.Results.WaitingCount);
    }

    [Fact]
    public async Task A_state_store_that_is_down_fails_the_attempt_and_nothing_is_lost()
    {
        var state = new ListedStateStore();
        await using var app = await TestApplication.StartAsync(hp => hp.UseState(_ => state), wrap: static inner => new FaultyTransport(inner));
        app.Stage.On("count", (_, n) =>
        {
            state.Failures = app.Stage.Count("count") == 1 ? 1 : 0;
            return n;
        });
        var handle = await app.Publisher.SendAsync(Play.Call("count", 1).Then(Add.Step(2)));
        Assert.Equal(3, await handle.GetResultAsync());
        Assert.Equal(2, app.Stage.Count("count"));
        Assert.Contains("again in", app.Log.Text(1001), StringComparison.Ordinal);
    }

    [Fact]
    public void Graphs_survive_their_bytes()
    {
        var graph = new WorkflowGraph
        {
            Reply = new ReplyAddress(5, 6),
            Nodes =
            [
                new WorkflowNode { Task = string.Empty, Size = 12, TakesInput = true, Next = WorkflowNode.End },
                new WorkflowNode { Task = "a.b", ArgumentCount = 3, TakesInput = true, OtherArguments = [1, 2, 3], Options = new CallOptions { Queue = "q" }, Next = 0, Ordinal = -1 },
                new WorkflowNode { Task = "c", Next = 1, Ordinal = 4 },
                new WorkflowNode
                {
                    Task = "d",
                    Options = new CallOptions
                    {
                        Queue = "elsewhere",
                        Delay = TimeSpan.FromTicks(7),
                        ExpiresAfter = TimeSpan.FromDays(3),
                        Priority = MessagePriority.High,
                        OrderingKey = "line 1",
                        CorrelationId = MessageId.New(DateTime.UtcNow.Ticks),
                        Headers = new Dictionary<string, string> { ["a"] = "1", ["ä"] = string.Empty },
                    },
                },
                new WorkflowNode { Task = "e", Options = new CallOptions { NotBefore = new DateTimeOffset(2030, 1, 2, 3, 4, 5, TimeSpan.Zero), Priority = MessagePriority.Low } },
                new WorkflowNode { Task = "f", Options = new CallOptions() },
                new WorkflowNode { Task = "g", Options = new CallOptions { Delay = TimeSpan.Zero, ExpiresAfter = TimeSpan.Zero, Headers = new Dictionary<string, string>() } },
            ],
        };
        var pool = new TrackingBufferPool();
        var bytes = graph.ToBytes(pool.Pool);
        pool.AssertAllReturned();
        var read = WorkflowGraph.FromBytes(bytes);
        Assert.Equal(graph.Reply, read.Reply);
        Assert.Equal(graph.Nodes.Count, read.Nodes.Count);
        foreach (var (expected, actual) in graph.Nodes.Zip(read.Nodes))
        {
            Assert.Equal(expected with { OtherArguments = [], Options = null }, actual with { OtherArguments = [], Options = null }, SameNode);
            Assert.Equal(expected.OtherArguments, actual.OtherArguments);
            Assert.Equal(expected.Options?.Headers, actual.Options?.Headers);
            Assert.Equal(expected.Options is null ? null : expected.Options with { Headers = null }, actual.Options is null ? null : actual.Options with { Headers = null });
        }

        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.Throws<MessageFormatException>(() => WorkflowGraph.FromBytes(bytes.AsSpan(0, length)));
        }

        static bool SameNode(WorkflowNode left, WorkflowNode right) => left.ToString() == right.ToString();
    }

    [Fact]
    public async Task Later_calls_keep_what_their_caller_said_about_them()
    {
        var clock = new ManualTimeProvider();
        FaultyTransport? broker = null;
        await using var app = await TestApplication.StartAsync(
            static hp => hp.AddWorker(static w =>
            {
                w.Lease = TimeSpan.FromHours(1);
                w.Queues = ["default", "later"];
            }),
            clock: clock,
            wrap: inner => broker = new FaultyTransport(inner));
        var correlation = MessageId.New(clock.GetUtcNow().UtcTicks);
        var seen = new ConcurrentQueue<(MessageId Correlation, string Header)>();
        app.Stage.On("second", (context, n) =>
        {
            seen.Enqueue((context.CorrelationId, context.Headers["tenant"]));
            return n;
        });
        var second = Play.Call("second", 5).After(TimeSpan.FromSeconds(10)).ExpiresAfter(TimeSpan.FromMinutes(1)).WithPriority(MessagePriority.High)
            .WithOrderingKey("line").WithHeader("tenant", "7").WithCorrelationId(correlation).On("later");
        var handle = await app.Publisher.SendAsync(Play.Call("first", 1).Then(second).Then(Add.Step(1)));
        await Wait.UntilAsync(async () => (await app.LengthAsync("later")).Delayed == 1);
        Check(broker!.Published.Single(static p => p.Queue == "later").Bytes);

        void Check(byte[] bytes)
        {
            Assert.True(Envelope.TryParse(bytes, out var envelope, out _));
            Assert.Equal(clock.GetUtcNow().AddSeconds(10).UtcTicks, envelope.NotBeforeTicks);
            Assert.Equal(clock.GetUtcNow().AddMinutes(1).UtcTicks, envelope.ExpiresTicks);
            Assert.Equal((MessagePriority.High, "line", correlation), (envelope.Priority, envelope.OrderingKey, envelope.CorrelationId));
        }

        clock.Advance(TimeSpan.FromSeconds(10) - TimeSpan.FromMilliseconds(1));
        Assert.False(handle.IsCompleted);
        Assert.Equal(0, app.Stage.Count("second"));
        clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.Equal(6, await handle.GetResultAsync().WaitAsync(Wait.Patience));
        Assert.Equal((correlation, "7"), Assert.Single(seen));
    }

    [Fact]
    public async Task A_later_call_that_expires_fails_the_chain()
    {
        var clock = new ManualTimeProvider();
        await using var app = await TestApplication.StartAsync(static hp => hp.AddWorker(static w => w.Lease = TimeSpan.FromHours(1)), clock: clock);
        var second = Play.Call("never").After(TimeSpan.FromSeconds(10)).ExpiresAfter(TimeSpan.FromSeconds(5));
        var handle = await app.Publisher.SendAsync(Play.Call("first").Then(second));
        await Wait.UntilAsync(async () => (await app.LengthAsync()).Delayed == 1);
        clock.Advance(TimeSpan.FromSeconds(10));
        var exception = await Assert.ThrowsAsync<TaskFailedException>(() => handle.GetResultAsync().WaitAsync(Wait.Patience));
        Assert.Contains("time was over", exception.Message, StringComparison.Ordinal);
        Assert.Equal(0, app.Stage.Count("never"));
    }

    private static async Task PublishAsync(TestApplication app, string queue, byte[] bytes)
    {
        var buffer = app.Broker.Rent();
        buffer.Write(bytes);
        var inner = ((FaultyTransport)app.Broker).Inner;
        await inner.PublishAsync(inner.GetDestination(queue), new HighPerf.Transports.OutgoingMessage { Bytes = buffer, Id = MessageId.New(1) }, CancellationToken.None);
    }

    /// <summary>The store in memory, with its keys to look at, and failures.</summary>
    private sealed class ListedStateStore : StateStore
    {
        private readonly InMemoryStateStore _inner = new();
        private readonly ConcurrentDictionary<string, bool> _keys = new();
        private int _failures;

        public ICollection<string> Keys => _keys.Keys;

        public int Failures
        {
            set => Volatile.Write(ref _failures, value);
        }

        public override ValueTask<bool> TryAddAsync(string key, ReadOnlyMemory<byte> value, TimeSpan lifetime, CancellationToken cancellationToken)
        {
            _keys[key] = true;
            return _inner.TryAddAsync(key, value, lifetime, cancellationToken);
        }

        public override ValueTask SetAsync(string key, ReadOnlyMemory<byte> value, TimeSpan lifetime, CancellationToken cancellationToken)
        {
            _keys[key] = true;
            return _inner.SetAsync(key, value, lifetime, cancellationToken);
        }

        public override ValueTask<ReadOnlyMemory<byte>?> GetAsync(string key, CancellationToken cancellationToken)
            => Interlocked.Decrement(ref _failures) >= 0 ? throw new IOException("the store is down") : _inner.GetAsync(key, cancellationToken);

        public override ValueTask<int> AddMemberAsync(string key, int member, ReadOnlyMemory<byte> value, TimeSpan lifetime, CancellationToken cancellationToken)
        {
            _keys[key] = true;
            return _inner.AddMemberAsync(key, member, value, lifetime, cancellationToken);
        }

        public override ValueTask<IReadOnlyList<ReadOnlyMemory<byte>>> GetMembersAsync(string key, CancellationToken cancellationToken) => _inner.GetMembersAsync(key, cancellationToken);

        public override ValueTask<bool> RemoveAsync(string key, CancellationToken cancellationToken)
        {
            _keys.TryRemove(key, out _);
            return _inner.RemoveAsync(key, cancellationToken);
        }
    }
}
