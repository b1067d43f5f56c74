using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace HighPerf.Load;

/// <summary>STOMP by hand: persistent SENDs with a receipt each, a window of them sent at once; a subscription with individual acknowledgement, and one receipt for each window of ACKs.</summary>
internal sealed class RawActiveMq(Uri address) : RawLoop
{
    /// <summary>The broker takes hundreds of acknowledgements that come at once at 30 to 200 a second.</summary>
    private const int MostAcks = 32;

    private readonly string _queue = "/queue/raw-" + Guid.NewGuid().ToString("N");
    private readonly byte[] _buffer = new byte[4 * 1024 * 1024];
    private TcpClient _client = null!;
    private int _start;
    private int _end;

    public override async Task OpenAsync()
    {
        _client = new TcpClient { NoDelay = true };
        await _client.ConnectAsync(address.Host, address.Port);
        await SendAsync("CONNECT\naccept-version:1.2\nhost:x\n\n\0");
        await ReadFrameAsync();
    }

    public override async Task PublishAsync(int count, int payload, int window)
    {
        var frame = $"SEND\ndestination:{_queue}\npersistent:true\nreceipt:r\ncontent-length:{payload}\n\n{Body(payload)}\0";
        var burst = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(frame, window)));
        for (var sent = 0; sent < count; sent += window)
        {
            var size = Math.Min(window, count - sent);
            var sending = _client.GetStream().WriteAsync(burst.AsMemory(0, burst.Length / window * size));
            for (var i = 0; i < size; i++)
            {
                await ReadFrameAsync();
            }

            await sending;
        }
    }

    public override async Task DrainAsync(int count, int window)
    {
        await SendAsync($"SUBSCRIBE\nid:s\ndestination:{_queue}\nack:client-individual\nactivemq.prefetchSize:{2 * window}\n\n\0");
        var acks = new StringBuilder();
        for (var drained = 0; drained < count;)
        {
            var size = Math.Min(Math.Min(window, MostAcks), count - drained);
            acks.Clear();
            for (var i = 0; i < size; i++)
            {
                var id = Header(await ReadFrameAsync(), "\nack:");
                acks.Append(CultureInfo.InvariantCulture, $"ACK\nid:{id}\n{(i == size - 1 ? "receipt:r\n" : "")}\n\0");
            }

            await SendAsync(acks.ToString());
            drained += size;
            await ReadReceiptAsync();
        }

        await SendAsync("UNSUBSCRIBE\nid:s\nreceipt:r\n\n\0");
        await ReadReceiptAsync();
    }

    public override ValueTask DisposeAsync()
    {
        _client.Dispose();
        return default;
    }

    private readonly Queue<string> _early = new();

    /// <summary>Messages that come before it are kept.</summary>
    private async Task ReadReceiptAsync()
    {
        while (true)
        {
            var frame = await ReadWireAsync();
            if (frame.StartsWith("RECEIPT", StringComparison.Ordinal))
            {
                return;
            }

            _early.Enqueue(frame);
        }
    }

    private async ValueTask<string> ReadFrameAsync() => _early.TryDequeue(out var frame) ? frame : await ReadWireAsync();

    private static string Header(string frame, string name)
    {
        var start = frame.IndexOf(name, StringComparison.Ordinal) + name.Length;
        return frame[start..frame.IndexOf('\n', start)];
    }

    private async Task SendAsync(string frames) => await _client.GetStream().WriteAsync(Encoding.UTF8.GetBytes(frames));

    private async ValueTask<string> ReadWireAsync()
    {
        while (true)
        {
            var length = _buffer.AsSpan(_start, _end - _start).IndexOf((byte)0);
            if (length >= 0)
            {
                // The head is enough.
                var head = _buffer.AsSpan(_start, Math.Min(length, 1024));
                while (head.Length > 0 && head[0] == (byte)'\n')
                {
                    head = head[1..];
                }

                _start += length + 1;
                return Encoding.UTF8.GetString(head);
            }

            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
            var count = await _client.GetStream().ReadAsync(_buffer.AsMemory(_end));
            _end += count > 0 ? count : throw new EndOfStreamException();
        }
    }
}
