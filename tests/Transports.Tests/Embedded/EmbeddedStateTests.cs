using System.Text;
using HighPerf.State;
using HighPerf.TestKit;

namespace HighPerf.Transports.Tests.Embedded;

/// <summary>State in the broker's journal, beyond what every store keeps to (<see cref="EmbeddedStateConformance"/>): by a manual clock, and what is left on the disk.</summary>
public sealed class EmbeddedStateTests : IAsyncLifetime
{
    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);

    private readonly string _directory = Directory.CreateTempSubdirectory("highperf-embedded-").FullName;
    private readonly ManualTimeProvider _clock = new();
    private EmbeddedTransport _broker = null!;
    private EmbeddedStateStore _store = null!;

    private string SocketFile => Path.Combine(_directory, "s");

    public async Task InitializeAsync()
    {
        await StartBrokerAsync();
        _store = new EmbeddedStateStore(SocketFile);
    }

    public async Task DisposeAsync()
    {
        await _store.DisposeAsync();
        await _broker.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task Lifetimes_end_and_leave_nothing_behind()
    {
        await _store.SetAsync("k", Bytes("a"), s_minute, default);
        await _store.AddMemberAsync("g", 1, Bytes("a"), s_minute, default);
        await _store.AddMemberAsync("g", 2, Bytes("b"), 3 * s_minute, default);
        _clock.Advance(2 * s_minute);
        Assert.Null(await _store.GetAsync("k", default));

        // A group lives as long as its latest member.
        Assert.Equal(2, (await _store.GetMembersAsync("g", default)).Count);
        Assert.True(await _store.TryAddAsync("k", Bytes("again"), s_minute, default));
        _clock.Advance(2 * s_minute);
        Assert.Empty(await _store.GetMembersAsync("g", default));
        Assert.Equal(1, await _store.AddMemberAsync("g", 3, Bytes("c"), s_minute, default));
        await RestartBrokerAsync();
        Assert.Equal(["c"], (await _store.GetMembersAsync("g", default)).Select(member => Text(member)));
    }

    [Fact]
    public async Task It_survives_the_broker_with_everything_that_was_done_to_it()
    {
        await _store.SetAsync("k", Bytes("a"), s_minute, default);
        await _store.SetAsync("k", Bytes("b"), Timeout.InfiniteTimeSpan, default);
        await _store.SetAsync("gone", Bytes("x"), s_minute, default);
        await _store.RemoveAsync("gone", default);
        for (var member = 0; member < 5; member++)
        {
            await _store.AddMemberAsync("g", member, Bytes($"{member}"), s_minute, default);
        }

        await _broker.DisposeAsync();
        var read = _store.GetAsync("k", default).AsTask();
        await StartBrokerAsync();
        Assert.Equal("b", Text(await read.WaitAsync(Wait.Patience)));
        Assert.Null(await _store.GetAsync("gone", default));
        Assert.Equal(["0", "1", "2", "3", "4"], (await _store.GetMembersAsync("g", default)).Select(member => Text(member)));
        Assert.Equal(6, await _store.AddMemberAsync("g", 9, Bytes("x"), s_minute, default));
    }

    [Fact]
    public async Task What_cannot_be_is_said_with_the_key()
    {
        await _store.SetAsync("value", Bytes("a"), s_minute, default);
        await _store.AddMemberAsync("group", 1, Bytes("a"), s_minute, default);
        Assert.Contains("'group' is a group", (await Assert.ThrowsAsync<HighPerfException>(() => _store.GetAsync("group", default).AsTask())).Message, StringComparison.Ordinal);
        Assert.Contains("'value' is a value", (await Assert.ThrowsAsync<HighPerfException>(() => _store.AddMemberAsync("value", 1, default, s_minute, default).AsTask())).Message, StringComparison.Ordinal);
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => _store.SetAsync("k", default, TimeSpan.Zero, default).AsTask());

        await _broker.DisposeAsync();
        await using var impatient = new EmbeddedStateStore(SocketFile, new EmbeddedClientOptions { BrokerTimeout = TimeSpan.FromMilliseconds(200) });
        Assert.Contains(SocketFile, (await Assert.ThrowsAnyAsync<HighPerfException>(() => impatient.GetAsync("k", default).AsTask())).Message, StringComparison.Ordinal);
        await StartBrokerAsync();
    }

    [Fact]
    public async Task A_store_that_is_disposed_says_so_at_once()
    {
        await _store.SetAsync("k", Bytes("a"), s_minute, default);
        await _store.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => _store.GetAsync("k", default).AsTask());
    }

    private async Task RestartBrokerAsync()
    {
        await _broker.DisposeAsync();
        await StartBrokerAsync();
    }

    private async Task StartBrokerAsync()
    {
        _broker = new EmbeddedTransport("broker", new EmbeddedTransportOptions { Path = Path.Combine(_directory, "queues"), Socket = SocketFile }, null, _clock, new BufferPool());
        await _broker.StartAsync(CancellationToken.None);
    }

    private static ReadOnlyMemory<byte> Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string Text(ReadOnlyMemory<byte>? bytes) => Encoding.UTF8.GetString(bytes!.Value.Span);
}
