using HighPerf.State;
using HighPerf.TestKit;
using Xunit;

namespace HighPerf.Tests.State;

public sealed class InMemoryStateStoreTests : IAsyncLifetime
{
    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);

    private readonly ManualTimeProvider _clock = new();
    private readonly InMemoryStateStore _store;

    public InMemoryStateStoreTests() => _store = new InMemoryStateStore(_clock);

    public Task InitializeAsync() => Task.CompletedTask;

    public Task DisposeAsync() => _store.DisposeAsync().AsTask();

    [Fact]
    public async Task AddStoresOnce()
    {
        Assert.True(await _store.TryAddAsync("k", "first"u8.ToArray(), s_minute, default));
        Assert.False(await _store.TryAddAsync("k", "second"u8.ToArray(), s_minute, default));
        Assert.Equal("first"u8.ToArray(), (await _store.GetAsync("k", default))!.Value.ToArray());
    }

    [Fact]
    public async Task SetReplaces()
    {
        await _store.SetAsync("k", "first"u8.ToArray(), s_minute, default);
        await _store.SetAsync("k", "second"u8.ToArray(), s_minute * 2, default);
        Assert.Equal("second"u8.ToArray(), (await _store.GetAsync("k", default))!.Value.ToArray());
        await _store.SetAsync("k", "third"u8.ToArray(), TimeSpan.FromSeconds(1), default);
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(await _store.GetAsync("k", default));
    }

    [Fact]
    public async Task ValuesAreCopied()
    {
        var value = new byte[] { 1 };
        await _store.SetAsync("k", value, s_minute, default);
        value[0] = 2;
        Assert.Equal(1, (await _store.GetAsync("k", default))!.Value.Span[0]);
    }

    [Fact]
    public async Task AbsentIsNullAndEmptyIsNot()
    {
        Assert.Null(await _store.GetAsync("k", default));
        await _store.SetAsync("k", default, s_minute, default);
        Assert.Equal(0, (await _store.GetAsync("k", default))!.Value.Length);
        Assert.Empty(await _store.GetMembersAsync("g", default));
    }

    [Fact]
    public async Task DuplicateMemberKeepsTheFirstValueAndCount()
    {
        Assert.Equal(1, await _store.AddMemberAsync("g", 7, "seven"u8.ToArray(), s_minute, default));
        Assert.Equal(2, await _store.AddMemberAsync("g", -3, "minus three"u8.ToArray(), s_minute, default));
        Assert.Equal(2, await _store.AddMemberAsync("g", 7, "other"u8.ToArray(), s_minute, default));
        Assert.Equal(3, await _store.AddMemberAsync("g", 0, default, s_minute, default));
        var members = await _store.GetMembersAsync("g", default);
        Assert.Equal(["minus three", "", "seven"], members.Select(member => System.Text.Encoding.UTF8.GetString(member.Span)));
    }

    [Fact]
    public async Task LifetimesEnd()
    {
        await _store.TryAddAsync("k", "v"u8.ToArray(), s_minute, default);
        await _store.AddMemberAsync("g", 1, default, s_minute, default);
        await _store.SetAsync("forever", default, Timeout.InfiniteTimeSpan, default);
        _clock.Advance(s_minute - TimeSpan.FromTicks(1));
        Assert.NotNull(await _store.GetAsync("k", default));
        Assert.False(await _store.TryAddAsync("k", "w"u8.ToArray(), s_minute, default));
        _clock.Advance(TimeSpan.FromTicks(1));
        Assert.Null(await _store.GetAsync("k", default));
        Assert.Empty(await _store.GetMembersAsync("g", default));
        Assert.True(await _store.TryAddAsync("k", "w"u8.ToArray(), s_minute, default));
        Assert.Equal(1, await _store.AddMemberAsync("g", 2, default, s_minute, default));
        _clock.Advance(TimeSpan.FromDays(3650));
        Assert.NotNull(await _store.GetAsync("forever", default));
    }

    [Fact]
    public async Task NewMembersExtendAGroupAndDuplicatesDoNot()
    {
        await _store.AddMemberAsync("g", 1, default, s_minute, default);
        _clock.Advance(s_minute / 2);
        await _store.AddMemberAsync("g", 2, default, s_minute, default);
        _clock.Advance(s_minute / 2);
        Assert.Equal(2, await _store.AddMemberAsync("g", 1, default, s_minute, default));
        _clock.Advance(s_minute / 2);
        Assert.Equal(1, await _store.AddMemberAsync("g", 1, default, s_minute, default));
    }

    [Fact]
    public async Task EndedEntriesAreSweptWhenNothingIsWritten()
    {
        for (var i = 0; i < 100; i++)
        {
            await _store.SetAsync("k" + i, default, TimeSpan.FromSeconds(30), default);
        }

        await _store.SetAsync("stays", default, TimeSpan.FromHours(1), default);
        Assert.Equal(101, _store.Count);
        _clock.Advance(InMemoryStateStore.SweepInterval);
        Assert.Equal(1, _store.Count);
        _clock.Advance(TimeSpan.FromHours(2));
        Assert.Equal(0, _store.Count);
        Assert.Equal(0, _clock.ArmedTimers);
    }

    [Fact]
    public async Task RemovedAndAddedAgainManyTimesIsOneKey()
    {
        for (var i = 0; i < 10_000; i++)
        {
            Assert.True(await _store.TryAddAsync("k", default, s_minute, default));
            Assert.True(await _store.RemoveAsync("k", default));
        }

        Assert.False(await _store.RemoveAsync("k", default));
        Assert.Equal(0, _store.Count);
    }

    [Fact]
    public async Task FullStoreSaysSoAndTakesAgainWhenSomethingEnds()
    {
        await using var store = new InMemoryStateStore(_clock, capacity: 2);
        await store.SetAsync("a", default, s_minute, default);
        await store.SetAsync("b", default, s_minute * 2, default);
        var full = await Assert.ThrowsAsync<HighPerfException>(async () => await store.TryAddAsync("c", default, s_minute, default));
        Assert.Contains("capacity", full.Message, StringComparison.Ordinal);
        await store.SetAsync("b", "new"u8.ToArray(), s_minute, default);
        _clock.Advance(s_minute);
        Assert.True(await store.TryAddAsync("c", default, s_minute, default));
    }

    [Fact]
    public async Task GroupAndValueAreNotMixed()
    {
        await _store.SetAsync("v", default, s_minute, default);
        await _store.AddMemberAsync("g", 1, default, s_minute, default);
        await Assert.ThrowsAsync<HighPerfException>(async () => await _store.AddMemberAsync("v", 1, default, s_minute, default));
        await Assert.ThrowsAsync<HighPerfException>(async () => await _store.GetMembersAsync("v", default));
        await Assert.ThrowsAsync<HighPerfException>(async () => await _store.GetAsync("g", default));
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(async () => await _store.SetAsync("v", default, TimeSpan.Zero, default));
    }

    [Fact]
    public async Task OneOfManyAddsAndEveryCountIsSeenOnce()
    {
        const int Threads = 4;
        const int Members = 2_000;
        var added = 0;
        var counts = new int[Members + 1];
        await Task.WhenAll(Enumerable.Range(0, Threads).Select(thread => Task.Run(async () =>
        {
            for (var i = 0; i < Members; i++)
            {
                if (await _store.TryAddAsync("k" + i, default, s_minute, default))
                {
                    Interlocked.Increment(ref added);
                }

                // Every thread adds every member: three of four are duplicates, in different orders.
                var member = (i + (thread * 500)) % Members;
                var count = await _store.AddMemberAsync("g", member, BitConverter.GetBytes(member), s_minute, default);
                Interlocked.Increment(ref counts[count]);
            }
        })));
        Assert.Equal(Members, added);
        Assert.True(counts[Members] >= 1);
        var members = await _store.GetMembersAsync("g", default);
        Assert.Equal(Enumerable.Range(0, Members), members.Select(member => BitConverter.ToInt32(member.Span)));
    }

    [Fact]
    public async Task DisposedRefuses()
    {
        await _store.SetAsync("k", default, s_minute, default);
        await _store.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await _store.GetAsync("k", default));
        _clock.Advance(s_minute);
    }
}
