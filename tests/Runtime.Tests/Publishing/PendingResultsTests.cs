using HighPerf.Messages;
using HighPerf.Publishing;
using HighPerf.Tests.Declarations;

namespace HighPerf.Tests.Publishing;

public sealed class PendingResultsTests
{
    private static readonly byte[] s_seven = [7, 0, 0, 0];
    private static readonly byte[] s_eight = [8, 0, 0, 0];

    [Fact]
    public async Task A_result_is_taken_once_and_a_late_one_does_not_reach_the_next_wait()
    {
        var results = new PendingResults();
        var pool = PoolOf(Add.Call(1, 2), results);
        var first = pool.Rent(0);
        var address = results.AddressOf(first);
        var wait = first.Task;

        Assert.True(results.TryComplete(address, s_seven));
        Assert.False(results.TryComplete(address, s_eight));
        Assert.False(results.TryFail(address, new InvalidOperationException()));
        Assert.Equal(7, await wait);

        var second = pool.Rent(0);
        Assert.Same(first, second);
        Assert.NotEqual(address, results.AddressOf(second));
        Assert.False(results.TryComplete(address, s_eight));
        var secondWait = second.Task;
        Assert.False(secondWait.IsCompleted);
        Assert.True(results.TryComplete(results.AddressOf(second), s_eight));
        Assert.Equal(8, await secondWait);
    }

    [Fact]
    public async Task Awaiting_a_call_twice_fails_and_does_not_mix_up_two_others()
    {
        var results = new PendingResults();
        var pool = PoolOf(Add.Call(1, 2), results);
        var call = pool.Rent(0);
        var wait = call.Task;
        results.TryComplete(results.AddressOf(call), s_seven);
        Assert.Equal(7, await wait);
        await Assert.ThrowsAsync<InvalidOperationException>(async () => await wait);

        var one = pool.Rent(0);
        var other = pool.Rent(0);
        Assert.NotSame(one, other);

        var early = one.Task;
        Assert.Throws<InvalidOperationException>(() => early.GetAwaiter().GetResult());
        Assert.NotSame(one, pool.Rent(0));
        Assert.True(results.TryComplete(results.AddressOf(one), s_eight));
        Assert.Equal(8, await early);
    }

    [Fact]
    public async Task Results_for_another_process_or_an_unknown_index_are_dropped()
    {
        var results = new PendingResults();
        Assert.False(results.TryComplete(default, s_seven));
        Assert.False(results.TryComplete(new ReplyAddress(results.Instance, 5), s_seven));
        Assert.False(results.TryComplete(new ReplyAddress(results.Instance, 60), s_seven));
        Assert.False(results.TryComplete(new ReplyAddress(results.Instance, (1L << 40) | 0xFFFFFF), s_seven));
        Assert.False(results.TryComplete(new ReplyAddress(results.Instance, -1), s_seven));
        var handle = NewHandle(results);
        Assert.False(results.TryComplete(results.AddressOf(handle) with { Instance = results.Instance + 2 }, s_seven));
        Assert.True(results.TryComplete(results.AddressOf(handle), s_seven));
        Assert.Equal(7, await handle.ToHandle(default).GetResultAsync());
    }

    [Fact]
    public void A_handle_leaves_the_table_and_its_index_is_used_again_under_another_token()
    {
        var results = new PendingResults();
        var tokens = new HashSet<long>();
        for (var i = 0; i < 10_000; i++)
        {
            var handle = NewHandle(results);
            Assert.Equal(1, results.WaitingCount);
            Assert.Equal(0, handle.Index);
            Assert.True(tokens.Add(handle.Token));
            Assert.True(results.TryComplete(results.AddressOf(handle), s_seven));
            Assert.False(results.TryComplete(results.AddressOf(handle), s_seven));
        }

        Assert.Equal(0, results.WaitingCount);
    }

    [Fact]
    public async Task Expired_waits_end_as_cancelled_and_the_others_stay()
    {
        var results = new PendingResults();
        var handles = Enumerable.Range(0, 200).Select(i => NewHandle(results, expires: i < 150 ? 100 : 300)).ToList();
        Assert.Equal(150, results.Expire(200));
        Assert.Equal(0, results.Expire(200));
        Assert.Equal(50, results.WaitingCount);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => handles[0].ToHandle(default).GetResultAsync());
        Assert.False(handles[199].ToHandle(default).IsCompleted);
    }

    [Fact]
    public async Task All_waits_fail_at_the_end()
    {
        var results = new PendingResults();
        var pool = PoolOf(Add.Call(1, 2), results);
        var call = pool.Rent(0);
        var wait = call.Task;
        var handle = NewHandle(results);
        results.FailAll(static () => new TaskCanceledException("over"));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await wait);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => handle.ToHandle(default).GetResultAsync());
    }

    [Fact]
    public async Task A_result_that_cannot_be_read_fails_the_wait()
    {
        var results = new PendingResults();
        var call = PoolOf(Add.Call(1, 2), results).Rent(0);
        var wait = call.Task;
        Assert.True(results.TryComplete(results.AddressOf(call), [1]));
        await Assert.ThrowsAsync<MessageFormatException>(async () => await wait);
    }

    [Fact]
    public async Task Racing_completions_cancellations_and_reuse_give_each_wait_one_outcome()
    {
        var results = new PendingResults();
        var pool = PoolOf(Add.Call(1, 2), results);
        await Parallel.ForAsync(0, 20_000, async (i, _) =>
        {
            var call = pool.Rent(0);
            var address = results.AddressOf(call);
            using var cancel = new CancellationTokenSource();
            var wait = call.Task;
            call.CancelWith(cancel.Token);
            var body = BitConverter.GetBytes(i);
            var complete = Task.Run(() => results.TryComplete(address, body));
            if (i % 3 == 0)
            {
                cancel.Cancel();
            }

            try
            {
                Assert.Equal(i, await wait);
                Assert.True(await complete);
            }
            catch (OperationCanceledException)
            {
                Assert.False(await complete);
            }
        });
    }

    private static PendingHandle<int> NewHandle(PendingResults results, long expires = 0)
    {
        var handle = new PendingHandle<int>(static (ref MessageReader reader) => reader.Read<int>());
        results.Add(handle);
        handle.Begin(expires);
        return handle;
    }

    private static PendingCall<TArguments, TResult>.Pool PoolOf<TArguments, TResult>(TaskCall<TArguments, TResult> call, PendingResults results)
        where TArguments : struct, ITaskArguments<TArguments, TResult>
    {
        _ = call;
        return new PendingCall<TArguments, TResult>.Pool(results);
    }
}
