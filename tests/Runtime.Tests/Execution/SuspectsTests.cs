using HighPerf.Execution;
using HighPerf.Messages;
using HighPerf.State;
using HighPerf.TestKit;

namespace HighPerf.Runtime.Tests.Execution;

public sealed class SuspectsTests
{
    private readonly SharedStore _shared = new();

    [Fact]
    public async Task Without_a_shared_store_the_brokers_count_decides()
    {
        var suspects = new Suspects(new InMemoryStateStore(TimeProvider.System), new WorkerOptions { MaxStarts = 4 });
        var second = await EnterAsync(suspects, deliveries: 2);
        Assert.Equal((true, false), (second.MayStart, second.IsIsolated));
        var third = await EnterAsync(suspects, deliveries: 3);
        Assert.Equal((true, true), (third.MayStart, third.IsIsolated));
        await suspects.LeaveAsync(third, isDone: false);
        Assert.True((await EnterAsync(suspects, deliveries: 4)).MayStart);
        Assert.False((await EnterAsync(suspects, deliveries: 5)).MayStart);
    }

    [Fact]
    public async Task With_one_only_starts_count_and_what_is_done_is_forgotten()
    {
        var suspects = new Suspects(_shared, new WorkerOptions { MaxStarts = 3 });
        var id = MessageId.New();
        for (var round = 0; round < 2; round++)
        {
            // However often it was delivered.
            var second = await EnterAsync(suspects, deliveries: 50, id);
            Assert.Equal((1, true, false), (second.Starts, second.MayStart, second.IsIsolated));
            var third = await EnterAsync(suspects, deliveries: 51, id);
            Assert.Equal((2, true, true), (third.Starts, third.MayStart, third.IsIsolated));
            var fourth = await EnterAsync(suspects, deliveries: 2, id);
            Assert.Equal((3, false), (fourth.Starts, fourth.MayStart));
            await suspects.LeaveAsync(third, isDone: true);
        }

        // A retry is another series.
        Assert.Equal(1, (await EnterAsync(suspects, deliveries: 2, id, attempt: 1)).Starts);
    }

    [Fact]
    public async Task One_is_in_the_lane_at_a_time_and_who_waits_has_not_started()
    {
        var suspects = new Suspects(new InMemoryStateStore(TimeProvider.System), new WorkerOptions());
        var first = await EnterAsync(suspects, deliveries: 3);
        using var cancellation = new CancellationTokenSource();
        var cancelled = suspects.EnterAsync(MessageId.New(), 0, 3, cancellation.Token).AsTask();
        var next = suspects.EnterAsync(MessageId.New(), 0, 3, default).AsTask();
        Assert.Equal((false, false), (cancelled.IsCompleted, next.IsCompleted));
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        await suspects.LeaveAsync(first, isDone: false);
        Assert.True((await next.WaitAsync(Wait.Patience)).IsIsolated);
    }

    [Fact]
    public async Task A_store_that_is_down_keeps_nobody_out_of_the_lane_afterwards()
    {
        var suspects = new Suspects(_shared, new WorkerOptions());
        var id = MessageId.New();
        await EnterAsync(suspects, deliveries: 2, id);
        _shared.IsDown = true;
        await Assert.ThrowsAsync<IOException>(() => EnterAsync(suspects, deliveries: 3, id));
        _shared.IsDown = false;
        Assert.True((await EnterAsync(suspects, deliveries: 3, id).WaitAsync(Wait.Patience)).IsIsolated);
    }

    private static Task<SuspectTurn> EnterAsync(Suspects suspects, int deliveries, MessageId? id = null, int attempt = 0)
        => suspects.EnterAsync(id ?? MessageId.New(), attempt, deliveries, default).AsTask();

    /// <summary>One that all processes see, and that can be down when something is to be written.</summary>
    private sealed class SharedStore : StateStore
    {
        private readonly InMemoryStateStore _inner = new(TimeProvider.System);

        public bool IsDown { get; set; }

        public override ValueTask<bool> TryAddAsync(string key, ReadOnlyMemory<byte> value, TimeSpan lifetime, CancellationToken cancellationToken) => _inner.TryAddAsync(key, value, lifetime, cancellationToken);

        public override ValueTask SetAsync(string key, ReadOnlyMemory<byte> value, TimeSpan lifetime, CancellationToken cancellationToken) => _inner.SetAsync(key, value, lifetime, cancellationToken);

        public override ValueTask<ReadOnlyMemory<byte>?> GetAsync(string key, CancellationToken cancellationToken) => _inner.GetAsync(key, cancellationToken);

        public override ValueTask<int> AddMemberAsync(string key, int member, ReadOnlyMemory<byte> value, TimeSpan lifetime, CancellationToken cancellationToken)
            => IsDown ? throw new IOException("down") : _inner.AddMemberAsync(key, member, value, lifetime, cancellationToken);

        public override ValueTask<IReadOnlyList<ReadOnlyMemory<byte>>> GetMembersAsync(string key, CancellationToken cancellationToken) => _inner.GetMembersAsync(key, cancellationToken);

        public override ValueTask<bool> RemoveAsync(string key, CancellationToken cancellationToken) => _inner.RemoveAsync(key, cancellationToken);
    }
}
