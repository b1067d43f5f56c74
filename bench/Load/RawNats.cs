using System.Net.Sockets;
using System.Text;

namespace HighPerf.Load;

/// <summary>The least that can be done: frames as bytes, a window of them sent at once, and the answers counted. No checks, no settling of what was lost.</summary>
internal sealed class RawNats : RawLoop
{
    private readonly string _inbox = "_INBOX." + Guid.NewGuid().ToString("N");

    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _received = new byte[4 * 1024 * 1024];
    private readonly string _stream = "raw-" + Guid.NewGuid().ToString("N");
    private readonly Uri _address;
    private int _start;
    private int _end;
    private long _number;

    public RawNats(Uri address) => _address = address;

    public override async Task OpenAsync()
    {
        await _socket.ConnectAsync(_address.Host, _address.Port);
        ReadLine();
        Send($"CONNECT {{\"verbose\":false,\"headers\":true,\"no_responders\":true}}\r\nSUB {_inbox} 1\r\nPING\r\n");
        ReadLine();
        Call($"$JS.API.STREAM.CREATE.{_stream}", $"{{\"name\":\"{_stream}\",\"subjects\":[\"{_stream}.x\"],\"retention\":\"workqueue\",\"storage\":\"file\",\"discard\":\"new\",\"num_replicas\":1,\"duplicate_window\":600000000000}}");
        Call($"$JS.API.CONSUMER.DURABLE.CREATE.{_stream}.c", $"{{\"stream_name\":\"{_stream}\",\"config\":{{\"durable_name\":\"c\",\"ack_policy\":\"explicit\",\"max_ack_pending\":65536,\"filter_subject\":\"{_stream}.x\",\"deliver_policy\":\"all\",\"replay_policy\":\"instant\"}}}}");
    }

    /// <summary>A pull of a window, then the acknowledgement of each and the server's answers to them.</summary>
    public override Task DrainAsync(int count, int window) => Task.Run(() => Drain(count, window));

    public override ValueTask DisposeAsync()
    {
        _socket.Dispose();
        return default;
    }

    /// <summary>HPUB with an id and the same length of headers, a window at a time, and the PubAcks.</summary>
    public override Task PublishAsync(int count, int payload, int window) => Task.Run(() => Publish(count, Body(payload), window));

    private void Publish(int count, string body, int window)
    {
        var headers = $"NATS/1.0\r\nHp: {new string('0', 39)}\r\nNats-Msg-Id: {new string('0', 40)}\r\nNats-Expected-Stream: {_stream}\r\n\r\n";
        var message = $"HPUB {_stream}.x {_inbox} {headers.Length} {headers.Length + body.Length}\r\n{headers}{body}\r\n";
        var burst = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(message, window)));
        var idAt = message.IndexOf("Nats-Msg-Id: ", StringComparison.Ordinal) + 13;
        for (var sent = 0; sent < count; sent += window)
        {
            var size = Math.Min(window, count - sent);
            for (var i = 0; i < size; i++)
            {
                (++_number).TryFormat(burst.AsSpan((i * message.Length) + idAt + 20, 20), out _, "d20", System.Globalization.CultureInfo.InvariantCulture);
            }

            _socket.Send(burst.AsSpan(0, size * message.Length));
            for (var i = 0; i < size; i++)
            {
                ReadLine();
                ReadLine();
            }
        }
    }

    private void Drain(int wanted, int window)
    {
        var next = Pull(window);
        var inbox = Encoding.ASCII.GetBytes(_inbox);
        var acks = new byte[window * 256];
        for (var drained = 0; drained < wanted;)
        {
            Send(wanted - drained >= window ? next : Pull(wanted - drained));
            var (count, length, ended) = (0, 0, false);
            while (count < Math.Min(window, wanted - drained) && !ended)
            {
                // HMSG subject sid [reply] headers total.
                var line = ReadLine();
                var total = int.Parse(line[(line.LastIndexOf((byte)' ') + 1)..], System.Globalization.CultureInfo.InvariantCulture);
                var reply = line.IndexOf("$JS.ACK"u8);
                if (reply < 0)
                {
                    ended = true;
                }
                else
                {
                    var subject = line[reply..];
                    subject = subject[..subject.IndexOf((byte)' ')];
                    length += Put(acks, length, "PUB "u8, subject, " "u8);
                    length += Put(acks, length, inbox, " 4\r\n"u8, "+ACK\r\n"u8);
                    count++;
                }

                Skip(total + 2);
            }

            if (count == 0)
            {
                throw new InvalidOperationException($"NATS has {drained} of {wanted}.");
            }

            _socket.Send(acks.AsSpan(0, length));
            for (var i = 0; i < count; i++)
            {
                ReadLine();
                ReadLine();
            }

            drained += count;
        }
    }

    /// <summary>What is there, and what comes within two seconds: a consumer hears of what was published a moment ago a moment later.</summary>
    private string Pull(int batch)
    {
        var pull = $"{{\"batch\":{batch},\"expires\":2000000000}}";
        return $"PUB $JS.API.CONSUMER.MSG.NEXT.{_stream}.c {_inbox} {pull.Length}\r\n{pull}\r\n";
    }

    private static int Put(byte[] target, int at, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second, ReadOnlySpan<byte> third)
    {
        first.CopyTo(target.AsSpan(at));
        second.CopyTo(target.AsSpan(at + first.Length));
        third.CopyTo(target.AsSpan(at + first.Length + second.Length));
        return first.Length + second.Length + third.Length;
    }

    private void Call(string subject, string json)
    {
        Send($"PUB {subject} {_inbox} {json.Length}\r\n{json}\r\n");
        ReadLine();
        var answer = Encoding.ASCII.GetString(ReadLine());
        if (answer.Contains("\"error\"", StringComparison.Ordinal))
        {
            throw new InvalidOperationException(answer);
        }
    }

    private void Send(string text) => _socket.Send(Encoding.ASCII.GetBytes(text));

    private ReadOnlySpan<byte> ReadLine()
    {
        while (true)
        {
            var length = _received.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
            if (length >= 0)
            {
                var line = _received.AsSpan(_start, length - 1);
                _start += length + 1;
                if (line.SequenceEqual("PING"u8))
                {
                    Send("PONG\r\n");
                    continue;
                }

                return line;
            }

            Fill();
        }
    }

    private void Skip(int count)
    {
        while (_end - _start < count)
        {
            Fill();
        }

        _start += count;
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
