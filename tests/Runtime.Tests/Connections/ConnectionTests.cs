using System.Buffers;
using System.Net.Sockets;
using HighPerf.Connections;
using HighPerf.TestKit;
using Microsoft.Extensions.Logging.Abstractions;

namespace HighPerf.Tests.Connections;

public sealed class ConnectionTests : IAsyncLifetime
{
    private readonly ScriptedPeer _peer = new();
    private readonly LineProtocol _protocol = new();
    private readonly ConnectionOptions _options = new() { MinBackOff = TimeSpan.FromMilliseconds(5), MaxBackOff = TimeSpan.FromMilliseconds(20) };
    private Connection? _connection;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (_connection is not null)
        {
            await _connection.DisposeAsync();
        }

        _peer.Dispose();
    }

    [Fact]
    public async Task Partial_frames_are_put_together()
    {
        using var socket = await ConnectAsync();
        foreach (var c in "one\ntwo\nth")
        {
            await ScriptedPeer.SendAsync(socket, c.ToString());
        }

        await Wait.UntilAsync(() => _protocol.Lines.Count == 2);
        await ScriptedPeer.SendAsync(socket, "ree\n" + new string('x', 300_000) + "\n");
        await Wait.UntilAsync(() => _protocol.Lines.Count == 4);
        Assert.Equal(["one", "two", "three", new string('x', 300_000)], _protocol.Lines);
    }

    [Fact]
    public async Task What_came_with_the_greeting_is_not_forgotten()
    {
        Start();
        using var socket = await _peer.AcceptSilentlyAsync();
        await ScriptedPeer.ReadAsync(socket, 6);
        await ScriptedPeer.SendAsync(socket, "OK\nfirst\nsec");
        await Wait.UntilAsync(() => _protocol.Lines.Count == 1);
        await ScriptedPeer.SendAsync(socket, "ond\n");
        await Wait.UntilAsync(() => _protocol.Lines.Count == 2);
        Assert.Equal(["first", "second"], _protocol.Lines);
    }

    [Fact]
    public async Task A_closed_side_is_a_loss_and_is_followed_by_the_next_epoch()
    {
        using var socket = await ConnectAsync();
        Assert.Equal(1, _connection!.Epoch);
        socket.Shutdown(SocketShutdown.Send);
        using var second = await _peer.AcceptAsync();
        await _connection.WaitUntilConnectedAsync(default);
        await Wait.UntilAsync(() => _connection.Epoch == 2 && _connection.IsConnected);
        var loss = Assert.Single(_protocol.Losses);
        Assert.Equal(1, loss.Epoch);
        Assert.IsType<EndOfStreamException>(loss.Reason);
    }

    [Fact]
    public async Task A_reset_is_a_loss()
    {
        var socket = await ConnectAsync();
        socket.LingerState = new LingerOption(true, 0);
        socket.Dispose();
        using var second = await _peer.AcceptAsync();
        await Wait.UntilAsync(() => _connection!.Epoch == 2);
        Assert.IsType<IOException>(Assert.Single(_protocol.Losses).Reason);
    }

    [Fact]
    public async Task A_peer_that_accepts_and_never_answers_is_given_up_and_tried_again()
    {
        _options.ConnectTimeout = TimeSpan.FromMilliseconds(100);
        Start();
        using var blackHole = await _peer.AcceptSilentlyAsync();
        using var socket = await _peer.AcceptAsync();
        await _connection!.WaitUntilConnectedAsync(default);
        Assert.Contains("handshake", Assert.IsType<TimeoutException>(_connection.LastError).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_refusal_is_told_to_who_waits_and_tried_again()
    {
        Start();
        var waiting = _connection!.WaitUntilConnectedAsync(default).AsTask();
        using (var refusing = await _peer.AcceptSilentlyAsync())
        {
            await ScriptedPeer.SendAsync(refusing, "NO\n");
            await Assert.ThrowsAsync<ConnectionRefusedException>(() => waiting.WaitAsync(Wait.Patience));
        }

        using var socket = await _peer.AcceptAsync();
        await Wait.UntilAsync(() => _connection.IsConnected);
    }

    [Fact]
    public async Task It_connects_to_the_next_host_when_one_does_not_answer()
    {
        using var closed = new ScriptedPeer();
        var address = closed.Address;
        closed.Dispose();
        _options.Hosts = [address, _peer.Address];
        Start();
        using var socket = await _peer.AcceptAsync();
        await _connection!.WaitUntilConnectedAsync(default);
    }

    [Fact]
    public async Task Silence_is_pinged_and_in_the_end_a_loss()
    {
        _options.PingInterval = TimeSpan.FromMilliseconds(40);
        _options.SilenceTimeout = TimeSpan.FromMilliseconds(120);
        using var socket = await ConnectAsync();
        await Wait.UntilAsync(() => _protocol.Ticks >= 5);
        Assert.Empty(_protocol.Losses);
        _protocol.IsOwed = true;
        await Wait.UntilAsync(() => _protocol.Losses.Count == 1);
        Assert.IsType<TimeoutException>(_protocol.Losses.First().Reason);
    }

    [Fact]
    public async Task A_burst_is_sent_at_once_and_in_order()
    {
        using var socket = await ConnectAsync();
        const int Count = 10_000;
        for (var i = 0; i < Count; i++)
        {
            Write($"{i:D6}\n");
        }

        var text = await ScriptedPeer.ReadAsync(socket, Count * 7);
        Assert.Equal(string.Concat(Enumerable.Range(0, Count).Select(i => $"{i:D6}\n")), text);
    }

    [Fact]
    public async Task A_frame_can_be_sent_on_the_thread_that_writes_it()
    {
        using var socket = await ConnectAsync();
        const int Count = 2_000;
        var others = Task.Run(() =>
        {
            for (var i = 0; i < Count; i++)
            {
                Write("staged\n");
            }
        });
        for (var i = 0; i < Count; i++)
        {
            Assert.Equal(WriteAdmission.Admitted, _connection!.BeginWrite(out var output));
            output.Write("direct\n"u8);
            _connection.EndWriteAndSend();
        }

        await others;
        var lines = (await ScriptedPeer.ReadAsync(socket, 2 * Count * 7)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal((Count, Count), (lines.Count(line => line == "staged"), lines.Count(line => line == "direct")));
    }

    [Fact]
    public async Task A_frame_that_was_not_finished_leaves_nothing()
    {
        using var socket = await ConnectAsync();
        Write("whole\n");
        Assert.Equal(WriteAdmission.Admitted, _connection!.BeginWrite(out var output));
        output.Write("half"u8);
        _connection.EndWrite(keep: false);
        Write("next\n");
        Assert.Equal("whole\nnext\n", await ScriptedPeer.ReadAsync(socket, 11));
    }

    [Fact]
    public async Task Writers_wait_while_the_peer_does_not_read()
    {
        _options.MaxStagedBytes = 100_000;
        using var socket = await ConnectAsync();
        var frame = new string('x', 9_999) + "\n";
        var sent = 0;
        for (; sent < 10_000 && Admits(frame); sent++)
        {
        }

        // The socket's buffers and ours, twice: not what a writer could produce.
        Assert.InRange(sent, 10, 2_000);
        var room = _connection!.WaitForRoomAsync();
        await ScriptedPeer.ReadAsync(socket, sent * frame.Length);
        await room.WaitAsync(Wait.Patience);
        await Wait.UntilAsync(() => Admits(frame));
    }

    [Fact]
    public async Task Nothing_is_staged_without_a_connection_and_waiting_writers_are_freed()
    {
        Start();
        Assert.Equal(WriteAdmission.Disconnected, _connection!.BeginWrite(out _));
        await _connection.WaitForRoomAsync().WaitAsync(Wait.Patience);
    }

    [Fact]
    public async Task Bytes_that_never_make_a_frame_close_the_connection()
    {
        _options.MaxFrameBytes = 10_000;
        using var socket = await ConnectAsync();
        await ScriptedPeer.SendAsync(socket, new string('x', 20_000));
        await Wait.UntilAsync(() => _protocol.Losses.Count == 1);
        Assert.Contains("10000", Assert.IsType<ConnectionProtocolException>(_protocol.Losses.First().Reason).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Dispose_closes_and_tells_who_waits()
    {
        Start();
        using var socket = await _peer.AcceptSilentlyAsync();
        var waiting = _connection!.WaitUntilConnectedAsync(default).AsTask();
        await _connection.DisposeAsync();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => waiting.WaitAsync(Wait.Patience));
        await Assert.ThrowsAsync<ObjectDisposedException>(async () => await _connection.WaitUntilConnectedAsync(default));
    }

    [Fact]
    public async Task Waits_between_attempts_are_jittered_and_capped()
    {
        var backOff = new BackOff(TimeSpan.FromSeconds(0.1), TimeSpan.FromSeconds(5));
        var delays = Enumerable.Range(0, 200).Select(_ => backOff.Next().TotalSeconds).ToArray();
        Assert.All(delays, delay => Assert.InRange(delay, 0.1, 5));
        Assert.InRange(delays[0], 0.1, 0.2);
        Assert.True(delays.Skip(10).Distinct().Count() > 150);
        Assert.True(delays.Max() > 4);
        await Task.CompletedTask;
    }

    private void Start()
    {
        _options.Hosts = _options.Hosts.Count == 0 ? [_peer.Address] : _options.Hosts;
        _connection = new Connection("test", _options, _protocol, NullLogger.Instance);
        _connection.Start();
    }

    private async Task<Socket> ConnectAsync()
    {
        Start();
        var socket = await _peer.AcceptAsync();
        await _connection!.WaitUntilConnectedAsync(default);
        return socket;
    }

    private void Write(string text) => Assert.True(Admits(text));

    private bool Admits(string text)
    {
        if (_connection!.BeginWrite(out var output) != WriteAdmission.Admitted)
        {
            return false;
        }

        output.Write(System.Text.Encoding.ASCII.GetBytes(text));
        _connection.EndWrite();
        return true;
    }
}
