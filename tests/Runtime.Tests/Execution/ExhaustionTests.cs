using HighPerf.Execution;
using HighPerf.Messages;
using HighPerf.State;
using HighPerf.TestKit;
using HighPerf.Tests.Declarations;
using HighPerf.Tests.Hosting;

namespace HighPerf.Tests.Execution;

public sealed class ExhaustionTests : IDisposable
{
    private readonly ManualResetEventSlim _returns = new();
    private readonly List<string> _reasons = [];

    public void Dispose() => _returns.Dispose();

    [Fact]
    public async Task Want_of_memory_for_one_array_is_a_failure_like_any_other()
    {
        await using var app = await StartAsync();
        app.Stage.On("large", static (_, _) => throw new OutOfMemoryException("An array of half the memory."));
        var failure = await Assert.ThrowsAsync<TaskFailedException>(async () => await app.Publisher.CallAsync(PlayOnce.Call("large")));
        Assert.Contains("half the memory", failure.Message, StringComparison.Ordinal);
        Assert.Empty(_reasons);
    }

    [Fact]
    public async Task When_every_slot_is_lost_for_a_lease_the_process_is_ended()
    {
        await using var app = await StartAsync();
        app.Stage.On("deaf", (_, n) =>
        {
            _returns.Wait();
            return n;
        });

        // Two of four: each of two attempts keeps a slot.
        await Assert.ThrowsAsync<TaskFailedException>(async () => await app.Publisher.CallAsync(PlayInHardTime.Call("deaf")));
        Assert.Equal(3, await app.Publisher.CallAsync(Add.Call(1, 2)));
        await Task.Delay(300);
        Assert.Empty(_reasons);

        await Assert.ThrowsAsync<TaskFailedException>(async () => await app.Publisher.CallAsync(PlayInHardTime.Call("deaf")));
        await Wait.UntilAsync(() => _reasons.Count > 0);
        Assert.Contains("All 4 I/O slots", _reasons[0], StringComparison.Ordinal);
        Assert.Contains("PlayInHardTime", _reasons[0], StringComparison.Ordinal);
        Assert.True(app.Log.Has(1028));
        _returns.Set();
    }

    [Fact]
    public async Task Who_is_merely_late_gives_the_slot_back_and_nothing_ends()
    {
        await using var app = await StartAsync(lease: TimeSpan.FromSeconds(3));
        app.Stage.On("deaf", (_, n) =>
        {
            _returns.Wait();
            return n;
        });
        await Assert.ThrowsAsync<TaskFailedException>(async () => await app.Publisher.CallAsync(PlayInHardTime.Call("deaf")));
        await Assert.ThrowsAsync<TaskFailedException>(async () => await app.Publisher.CallAsync(PlayInHardTime.Call("deaf")));
        _returns.Set();
        Assert.Equal(3, await app.Publisher.CallAsync(Add.Call(1, 2)));
        Assert.Empty(_reasons);
    }

    [Fact]
    public async Task A_suspect_that_does_not_return_leaves_the_lane_to_the_next_one()
    {
        var suspects = new Suspects(new InMemoryStateStore(TimeProvider.System), new WorkerOptions());
        var first = await suspects.EnterAsync(MessageId.New(), 0, deliveries: 3, default);
        var second = suspects.EnterAsync(MessageId.New(), 0, deliveries: 3, default).AsTask();
        var third = suspects.EnterAsync(MessageId.New(), 0, deliveries: 3, default).AsTask();
        Assert.False(second.IsCompleted);

        // The watchdog says so first, and the slot when its task returns after all.
        await suspects.LeaveAsync(first, isDone: false);
        await second.WaitAsync(Wait.Patience);
        await suspects.LeaveAsync(first, isDone: true);
        Assert.False(third.IsCompleted);
        await suspects.LeaveAsync(await second, isDone: true);
        await third.WaitAsync(Wait.Patience);
    }

    private async Task<TestApplication> StartAsync(TimeSpan? lease = null)
        => await TestApplication.StartAsync(hp => hp.AddWorker(worker =>
        {
            worker.Lease = lease ?? TimeSpan.FromMilliseconds(100);
            worker.OnExhausted = reason =>
            {
                lock (_reasons)
                {
                    _reasons.Add(reason);
                }
            };
        }));
}
