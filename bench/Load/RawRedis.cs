using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Net.Sockets;
using System.Text;
using HighPerf.Transports.Redis;

namespace HighPerf.Load;

/// <summary>
/// The transport's own scripts, called over a bare socket: up to 256 messages in a call, as it does. Commands as bytes, answers looked at as far as they have to be.
/// </summary>
internal sealed class RawRedis(Uri address) : RawLoop
{
    private const string Consumer = "raw";

    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _received = new byte[8 * 1024 * 1024];
    private readonly RedisKeys _keys = new("hp", "raw-" + Guid.NewGuid().ToString("N"));
    private int _start;
    private int _end;

    public override async Task OpenAsync()
    {
        await _socket.ConnectAsync(address.Host, address.Port);
        foreach (var script in (RedisScript[])[RedisScript.Declare, RedisScript.Publish, RedisScript.Take, RedisScript.Acknowledge])
        {
            Send(Command("SCRIPT", "LOAD", Encoding.UTF8.GetString(script.Body)));
            SkipReply();
        }

        Send(Call(RedisScript.Declare));
        SkipReply();
    }

    public override Task PublishAsync(int count, int payload, int window) => Task.Run(() =>
    {
        var full = Publish(window, payload);
        for (var sent = 0; sent < count; sent += window)
        {
            var size = Math.Min(window, count - sent);
            _socket.Send(size == window ? full : Publish(size, payload));
            SkipReply();
        }
    });

    public override Task DrainAsync(int count, int window) => Task.Run(() =>
    {
        var take = Encoding.UTF8.GetBytes(Call(RedisScript.Take, Consumer, $"{window}", "30000", "0", "8", "4", "1", "10000", "1000"));
        var acknowledge = new ArrayBufferWriter<byte>();
        var ids = new List<(string Id, int Length)>();
        for (var drained = 0; drained < count; drained += ids.Count)
        {
            _socket.Send(take);
            ids.Clear();
            var items = ReadHeader();
            for (var i = 0; i < 5; i++)
            {
                ReadHeader();
            }

            for (var i = 5; i < items; i += 3)
            {
                var id = ReadText();
                ids.Add((id, SkipText()));
                ReadHeader();
            }

            if (ids.Count == 0)
            {
                throw new InvalidOperationException($"Redis has {drained} of {count}.");
            }

            acknowledge.ResetWrittenCount();
            Write(acknowledge, Head(RedisScript.Acknowledge, 1 + (5 * ids.Count)) + Argument(Consumer));
            foreach (var (id, length) in ids)
            {
                Write(acknowledge, $"{Argument("3")}{Argument(id)}{Argument("1")}{Argument(length.ToString(CultureInfo.InvariantCulture))}{Argument("")}");
            }

            _socket.Send(acknowledge.WrittenSpan);
            SkipReply();
        }
    });

    public override ValueTask DisposeAsync()
    {
        _socket.Dispose();
        return default;
    }

    private byte[] Publish(int size, int payload)
    {
        var message = $"{Argument("3")}{Argument("0")}{Argument("0")}{Argument("")}{Argument("")}{Argument(Body(payload))}";
        return Encoding.UTF8.GetBytes(Head(RedisScript.Publish, 4 + (6 * size)) + Argument("2000000") + Argument("4294967296") + Argument("0") + Argument(size.ToString(CultureInfo.InvariantCulture)) + string.Concat(Enumerable.Repeat(message, size)));
    }

    private string Call(RedisScript script, params string[] arguments) => Head(script, arguments.Length) + string.Concat(arguments.Select(Argument));

    private string Head(RedisScript script, int arguments)
        => $"*{3 + RedisKeys.Count + arguments}\r\n{Argument("EVALSHA")}{Argument(Encoding.ASCII.GetString(script.Hash))}{Argument(RedisKeys.Count.ToString(CultureInfo.InvariantCulture))}{string.Concat(_keys.All.Select(Argument))}";

    private static string Command(params string[] arguments) => $"*{arguments.Length}\r\n{string.Concat(arguments.Select(Argument))}";

    private static string Argument(string text) => $"${Encoding.UTF8.GetByteCount(text)}\r\n{text}\r\n";

    private static void Write(ArrayBufferWriter<byte> output, string text) => Encoding.UTF8.GetBytes(text, output);

    private void Send(string text) => _socket.Send(Encoding.UTF8.GetBytes(text));

    private void SkipReply()
    {
        Need(1);
        if (_received[_start] == (byte)'$')
        {
            SkipText();
        }
        else
        {
            ReadHeader();
        }
    }

    /// <summary>A line with a number: how many items follow, or an integer.</summary>
    private int ReadHeader()
    {
        var line = ReadLine();
        return line[0] == (byte)'-'
            ? throw new InvalidOperationException(Encoding.UTF8.GetString(line))
            : Utf8Parser.TryParse(line[1..], out int number, out _) ? number : 0;
    }

    private string ReadText()
    {
        var length = ReadHeader();
        Need(length + 2);
        var text = Encoding.UTF8.GetString(_received, _start, length);
        _start += length + 2;
        return text;
    }

    private int SkipText()
    {
        var length = ReadHeader();
        Need(length + 2);
        _start += length + 2;
        return length;
    }

    private ReadOnlySpan<byte> ReadLine()
    {
        while (true)
        {
            var length = _received.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
            if (length >= 0)
            {
                var line = _received.AsSpan(_start, length - 1);
                _start += length + 1;
                return line;
            }

            Fill();
        }
    }

    private void Need(int count)
    {
        while (_end - _start < count)
        {
            Fill();
        }
    }

    private void Fill()
    {
        if (_start > _received.Length / 2)
        {
            _received.AsSpan(_start, _end - _start).CopyTo(_received);
            (_start, _end) = (0, _end - _start);
        }

        var count = _socket.Receive(_received, _end, _received.Length - _end, SocketFlags.None);
        _end += count > 0 ? count : throw new EndOfStreamException();
    }
}
