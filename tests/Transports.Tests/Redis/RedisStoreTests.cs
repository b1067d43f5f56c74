using System.Text;
using HighPerf.Data;
using HighPerf.State;
using HighPerf.TestKit;
using HighPerf.TestKit.Brokers;

namespace HighPerf.Transports.Tests.Redis;

/// <summary>State and results, on a real server.</summary>
public sealed class RedisStoreTests : IAsyncLifetime
{
    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);

    private readonly RedisHost _host = new("--loglevel", "warning");
    private RedisStateStore _store = null!;

    public async Task InitializeAsync()
    {
        await _host.StartAsync();
        _store = new RedisStateStore(_host.Address);
    }

    public async Task DisposeAsync()
    {
        await _store.DisposeAsync();
        await _host.DisposeAsync();
    }

    [Fact]
    public async Task A_value_is_added_once_and_can_be_replaced_and_removed()
    {
        Assert.True(await _store.TryAddAsync("k", Bytes("a"), s_minute, default));
        Assert.False(await _store.TryAddAsync("k", Bytes("b"), s_minute, default));
        Assert.Equal("a", Text(await _store.GetAsync("k", default)));
        await _store.SetAsync("k", Bytes("c"), Timeout.InfiniteTimeSpan, default);
        Assert.Equal("c", Text(await _store.GetAsync("k", default)));
        Assert.True(await _store.RemoveAsync("k", default));
        Assert.False(await _store.RemoveAsync("k", default));
        Assert.Null(await _store.GetAsync("k", default));
    }

    [Fact]
    public async Task A_member_counts_once_and_keeps_its_first_value()
    {
        Assert.Equal(1, await _store.AddMemberAsync("g", 10, Bytes("ten"), s_minute, default));
        Assert.Equal(2, await _store.AddMemberAsync("g", 2, Bytes("two"), s_minute, default));
        Assert.Equal(2, await _store.AddMemberAsync("g", 10, Bytes("again"), s_minute, default));
        Assert.Equal(["two", "ten"], (await _store.GetMembersAsync("g", default)).Select(member => Text(member)));
        Assert.Empty(await _store.GetMembersAsync("none", default));
        Assert.True(await _store.RemoveAsync("g", default));
    }

    [Fact]
    public async Task Concurrent_members_are_each_counted_once()
    {
        var counts = await Task.WhenAll(Enumerable.Range(0, 400).Select(i => _store.AddMemberAsync("g", i % 200, Bytes("x"), s_minute, default).AsTask()));
        Assert.Equal(200, counts.Max());
        Assert.Equal(200, (await _store.GetMembersAsync("g", default)).Count);
    }

    [Fact]
    public async Task Lifetimes_end()
    {
        await _store.SetAsync("k", Bytes("a"), TimeSpan.FromMilliseconds(50), default);
        await _store.AddMemberAsync("g", 1, Bytes("a"), TimeSpan.FromMilliseconds(50), default);
        await Wait.UntilAsync(async () => await _store.GetAsync("k", default) is null && (await _store.GetMembersAsync("g", default)).Count == 0);
    }

    [Fact]
    public async Task The_wrong_kind_of_key_is_an_error()
    {
        await _store.AddMemberAsync("g", 1, Bytes("a"), s_minute, default);
        await Assert.ThrowsAsync<HighPerfException>(async () => await _store.GetAsync("g", default));
        await _store.SetAsync("k", Bytes("a"), s_minute, default);
        await Assert.ThrowsAsync<HighPerfException>(async () => await _store.AddMemberAsync("k", 1, Bytes("a"), s_minute, default));
    }

    [Fact]
    public async Task It_survives_a_restart_of_the_server()
    {
        await _store.SetAsync("k", Bytes("a"), s_minute, default);
        _host.Stop();
        var read = _store.GetAsync("k", default).AsTask();
        await _host.StartAsync();
        Assert.Equal("a", Text(await read.WaitAsync(Wait.Patience)));
    }

    [Fact]
    public async Task The_first_result_of_an_id_stays()
    {
        await using var results = new RedisResultStore("results", _host.Address);
        await results.StartAsync(default);
        var id = MessageId.New();
        await results.WriteAsync(new SinkRecord(id, "task", Bytes("first")), default);
        await results.WriteAsync(new SinkRecord(id, "task", Bytes("second")), default);
        Assert.Equal("first", Text(await results.FindAsync(id, default)));
        Assert.Null(await results.FindAsync(MessageId.New(), default));
    }

    private static ReadOnlyMemory<byte> Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string Text(ReadOnlyMemory<byte>? bytes) => Encoding.UTF8.GetString(bytes!.Value.Span);
}
