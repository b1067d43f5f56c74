using System.Net.Sockets;
using System.Text;

namespace HighPerf.Load;

/// <summary>The least that can be done: commands as bytes, a window of them sent at once, and the replies counted. No parsing, no checks, no settling of what was lost.</summary>
internal sealed class RawRedis : RawLoop
{
    private const string Group = "raw";

    private readonly Socket _socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
    private readonly byte[] _received = new byte[1024 * 1024];
    private readonly string _stream = "raw:" + Guid.NewGuid().ToString("N");

    public RawRedis(string host, int port)
    {
        _socket.Connect(host, port);
        Send(Command("XGROUP", "CREATE", _stream, Group, "0", "MKSTREAM"));
        ReadLine();
    }

    /// <summary>XADD, a window at a time.</summary>
    public override void Publish(int count, string body, int window)
    {
        var command = Command("XADD", _stream, "*", "b", body);
        var burst = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(command, window)));
        for (var sent = 0; sent < count; sent += window)
        {
            _socket.Send(burst);
            ReadLines(2 * window);
        }
    }

    /// <summary>XREADGROUP of a window, then one XACK and one XDEL with its ids.</summary>
    public override int Drain(int window)
    {
        var read = Command("XREADGROUP", "GROUP", Group, "me", "COUNT", window.ToString(System.Globalization.CultureInfo.InvariantCulture), "STREAMS", _stream, ">");
        for (var drained = 0; ;)
        {
            Send(read);
            var header = ReadLine();
            if (header == "*-1")
            {
                return drained;
            }

            // *2 $name name *N, then per entry *2 $id id *2 $1 b $body body.
            ReadLine();
            ReadLine();
            ReadLine();
            var count = int.Parse(ReadLine().AsSpan(1), System.Globalization.CultureInfo.InvariantCulture);
            var ids = new string[count];
            for (var i = 0; i < count; i++)
            {
                ReadLine();
                ReadLine();
                ids[i] = ReadLine();
                for (var line = 0; line < 5; line++)
                {
                    ReadLine();
                }
            }

            Send(Command(["XACK", _stream, Group, .. ids]) + Command(["XDEL", _stream, .. ids]));
            ReadLine();
            ReadLine();
            drained += count;
        }
    }

    public override void Dispose() => _socket.Dispose();

    private static string Command(params string[] arguments) => $"*{arguments.Length}\r\n{string.Concat(arguments.Select(static a => $"${Encoding.UTF8.GetByteCount(a)}\r\n{a}\r\n"))}";

    private void Send(string text) => _socket.Send(Encoding.UTF8.GetBytes(text));

    private int _start;
    private int _end;

    private string ReadLine()
    {
        while (true)
        {
            var length = _received.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
            if (length >= 0)
            {
                var line = Encoding.UTF8.GetString(_received, _start, length - 1);
                _start += length + 1;
                return line;
            }

            Fill();
        }
    }

    private void ReadLines(int count)
    {
        while (count > 0)
        {
            var length = _received.AsSpan(_start, _end - _start).IndexOf((byte)'\n');
            if (length < 0)
            {
                Fill();
                continue;
            }

            _start += length + 1;
            count--;
        }
    }

    private void Fill()
    {
        _received.AsSpan(_start, _end - _start).CopyTo(_received);
        (_start, _end) = (0, _end - _start);
        _end += _socket.Receive(_received.AsSpan(_end));
    }
}
