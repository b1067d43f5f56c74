using System.Text;
using HighPerf.State;
using Xunit;

namespace HighPerf.TestKit.Conformance;

/// <summary>What every store that processes share keeps to: each operation is atomic, a repetition changes nothing, and what was stored is there after its server was.</summary>
public abstract class StateStoreConformance : IAsyncLifetime
{
    /// <summary>A lifetime that is not over within a test.</summary>
    protected static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    /// <summary>The store of one process.</summary>
    protected StateStore Store { get; private set; } = null!;

    /// <summary>False where values and groups have names of their own, so that nothing is of the wrong kind.</summary>
    protected virtual bool HasOneSpaceOfKeys => true;

    public virtual async Task InitializeAsync()
    {
        await StartServerAsync();
        Store = CreateStore();
    }

    public virtual async Task DisposeAsync() => await Store.DisposeAsync();

    /// <summary>Another process's store.</summary>
    protected abstract StateStore CreateStore();

    /// <summary>Starts the server, on what it had.</summary>
    protected abstract Task StartServerAsync();

    /// <summary>Stops it in good order.</summary>
    protected abstract Task StopServerAsync();

    [Fact]
    public async Task AValueIsAddedOnceAndCanBeReplacedAndRemoved()
    {
        Assert.Null(await Store.GetAsync("k", default));
        Assert.True(await Store.TryAddAsync("k", Bytes("a"), Minute, default));
        Assert.False(await Store.TryAddAsync("k", Bytes("b"), Minute, default));
        Assert.Equal("a", Text(await Store.GetAsync("k", default)));
        await Store.SetAsync("k", Bytes("c"), Timeout.InfiniteTimeSpan, default);
        Assert.Equal("c", Text(await Store.GetAsync("k", default)));
        await Store.SetAsync("k", default, Minute, default);
        Assert.Equal("", Text(await Store.GetAsync("k", default)));
        Assert.True(await Store.RemoveAsync("k", default));
        Assert.False(await Store.RemoveAsync("k", default));
        Assert.Null(await Store.GetAsync("k", default));
    }

    [Fact]
    public async Task AMemberCountsOnceAndKeepsItsFirstValue()
    {
        Assert.Equal(1, await Store.AddMemberAsync("g", 10, Bytes("ten"), Minute, default));
        Assert.Equal(2, await Store.AddMemberAsync("g", 2, Bytes("two"), Minute, default));
        Assert.Equal(2, await Store.AddMemberAsync("g", 10, Bytes("again"), Minute, default));
        Assert.Equal(["two", "ten"], (await Store.GetMembersAsync("g", default)).Select(member => Text(member)));
        Assert.Empty(await Store.GetMembersAsync("none", default));
        Assert.True(await Store.RemoveAsync("g", default));
        Assert.Empty(await Store.GetMembersAsync("g", default));
    }

    [Fact]
    public async Task OfProcessesThatAddAtOnceOneDoesAndMembersAreEachCountedOnce()
    {
        await using var other = CreateStore();
        var added = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => (i % 2 == 0 ? Store : other).TryAddAsync($"k{i % 25}", Bytes($"{i}"), Minute, default).AsTask()));
        Assert.Equal(25, added.Count(static one => one));
        var counts = await Task.WhenAll(Enumerable.Range(0, 400).Select(i => (i % 2 == 0 ? Store : other).AddMemberAsync("g", i / 2, Bytes("x"), Minute, default).AsTask()));
        Assert.Equal(200, counts.Max());
        Assert.Equal(200, (await other.GetMembersAsync("g", default)).Count);
    }

    [Fact]
    public async Task LifetimesEnd()
    {
        await Store.SetAsync("k", Bytes("a"), TimeSpan.FromMilliseconds(50), default);
        await Store.AddMemberAsync("g", 1, Bytes("a"), TimeSpan.FromMilliseconds(50), default);
        await Wait.UntilAsync(async () => await Store.GetAsync("k", default) is null && (await Store.GetMembersAsync("g", default)).Count == 0);
    }

    [Fact]
    public async Task WhatIsOfTheWrongKindIsAnErrorThatSaysSo()
    {
        await Store.AddMemberAsync("group", 1, Bytes("a"), Minute, default);
        await Store.SetAsync("value", Bytes("a"), Minute, default);
        if (HasOneSpaceOfKeys)
        {
            await Assert.ThrowsAsync<HighPerfException>(() => Store.GetAsync("group", default).AsTask());
            await Assert.ThrowsAsync<HighPerfException>(() => Store.AddMemberAsync("value", 1, default, Minute, default).AsTask());
        }

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Store.SetAsync("k", default, TimeSpan.Zero, default).AsTask());
    }

    [Fact]
    public async Task ItSurvivesItsServerAndWhoAsksMeanwhileWaits()
    {
        await Store.SetAsync("k", Bytes("a"), Minute, default);
        await Store.AddMemberAsync("g", 1, Bytes("b"), Minute, default);
        await StopServerAsync();
        var read = Store.GetAsync("k", default).AsTask();
        await StartServerAsync();
        Assert.Equal("a", Text(await read.WaitAsync(Wait.Patience)));
        Assert.Equal(2, await Store.AddMemberAsync("g", 2, Bytes("c"), Minute, default));
    }

    /// <summary>A text as bytes.</summary>
    protected static ReadOnlyMemory<byte> Bytes(string text) => Encoding.UTF8.GetBytes(text);

    /// <summary>Bytes as a text.</summary>
    protected static string Text(ReadOnlyMemory<byte>? bytes) => Encoding.UTF8.GetString(bytes!.Value.Span);
}
