using System.Net.Sockets;
using System.Threading.Channels;

namespace HighPerf.TestKit.Chaos;

/// <summary>One connection through a <see cref="ChaosProxy"/>: two sockets, and a pump for each direction.</summary>
internal sealed class ChaosLink
{
    private readonly Socket _client;
    private readonly Socket _server;
    private readonly CancellationTokenSource _ended = new();
    private readonly Random _random;
    private readonly Lock _randomGate = new();

    public ChaosLink(Socket client, Socket server, ChaosDirection toServer, ChaosDirection toClient, int seed)
    {
        _client = client;
        _server = server;
        _random = new Random(seed);
        Completion = RunAsync(toServer, toClient);
    }

    /// <summary>Ends with the connection.</summary>
    public Task Completion { get; }

    /// <summary>Ends the connection with RST, on both sides.</summary>
    public void Reset()
    {
        try
        {
            foreach (var socket in (Socket[])[_client, _server])
            {
                socket.LingerState = new LingerOption(true, 0);
            }
        }
        catch (ObjectDisposedException)
        {
            // It has just ended by itself.
            return;
        }

        Close();
    }

    /// <summary>Ends one direction only (FIN): the peer reads the end and may still write.</summary>
    public void HalfClose(bool towardsServer)
    {
        try
        {
            (towardsServer ? _server : _client).Shutdown(SocketShutdown.Send);
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // It was closed already.
        }
    }

    public void Close()
    {
        try
        {
            _ended.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // It has just ended by itself.
        }
    }

    private async Task RunAsync(ChaosDirection toServer, ChaosDirection toClient)
    {
        await Task.WhenAll(PumpAsync(_client, _server, toServer), PumpAsync(_server, _client, toClient)).ConfigureAwait(false);
        _client.Dispose();
        _server.Dispose();
        _ended.Dispose();
    }

    private async Task PumpAsync(Socket from, Socket to, ChaosDirection direction)
    {
        // Reading goes on while bytes are on their way: latency is not bandwidth. Bounded as the buffers of a network are.
        var way = Channel.CreateBounded<(byte[] Bytes, long Due)>(256);
        var writing = WriteAsync(way.Reader, to, direction);
        try
        {
            var buffer = new byte[16 * 1024];
            while (await from.ReceiveAsync(buffer, SocketFlags.None, _ended.Token).ConfigureAwait(false) is > 0 and var count)
            {
                var delay = direction.Latency + (direction.Jitter * Next());
                await way.Writer.WriteAsync((buffer[..count], Environment.TickCount64 + (long)delay.TotalMilliseconds), _ended.Token).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException or ObjectDisposedException or ChannelClosedException)
        {
            // One side is gone: the other hears of it.
            await _ended.CancelAsync().ConfigureAwait(false);
        }
        finally
        {
            way.Writer.TryComplete();
        }

        await writing.ConfigureAwait(false);
    }

    private async Task WriteAsync(ChannelReader<(byte[] Bytes, long Due)> way, Socket to, ChaosDirection direction)
    {
        var sent = 0L;
        try
        {
            await foreach (var (bytes, due) in way.ReadAllAsync(_ended.Token).ConfigureAwait(false))
            {
                if (due - Environment.TickCount64 is > 0 and var wait)
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(wait), _ended.Token).ConfigureAwait(false);
                }

                await direction.WhenThereIsAWay(_ended.Token).ConfigureAwait(false);
                if (direction.IsBlackHole)
                {
                    direction.CountSwallowed(bytes.Length);
                    continue;
                }

                Corrupt(bytes, direction);
                var rest = bytes.AsMemory();
                if (direction.TruncateAfter is { } end && sent + rest.Length > end)
                {
                    rest = rest[..(int)Math.Max(0, end - sent)];
                    await SendAsync(to, rest, direction).ConfigureAwait(false);
                    await _ended.CancelAsync().ConfigureAwait(false);
                    return;
                }

                await SendAsync(to, rest, direction).ConfigureAwait(false);
                sent += rest.Length;
            }

            to.Shutdown(SocketShutdown.Send);
        }
        catch (Exception exception) when (exception is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            await _ended.CancelAsync().ConfigureAwait(false);
        }
    }

    private async Task SendAsync(Socket to, ReadOnlyMemory<byte> bytes, ChaosDirection direction)
    {
        while (!bytes.IsEmpty)
        {
            var rate = direction.DripBytesPerSecond;
            var piece = rate == 0 ? bytes : bytes[..Math.Min(bytes.Length, Math.Max(1, rate / 10))];
            var count = await to.SendAsync(piece, SocketFlags.None, _ended.Token).ConfigureAwait(false);
            direction.CountForwarded(count);
            bytes = bytes[count..];
            if (rate != 0)
            {
                await Task.Delay(TimeSpan.FromSeconds((double)count / rate), _ended.Token).ConfigureAwait(false);
            }
        }
    }

    private void Corrupt(byte[] bytes, ChaosDirection direction)
    {
        if (direction.CorruptOneBitIn is not (> 0 and var oneIn))
        {
            return;
        }

        for (var i = 0; i < bytes.Length; i++)
        {
            if (Next() * oneIn < 1)
            {
                bytes[i] ^= (byte)(1 << (int)(Next() * 8));
                direction.CountCorruption();
            }
        }
    }

    private double Next()
    {
        lock (_randomGate)
        {
            return _random.NextDouble();
        }
    }
}
