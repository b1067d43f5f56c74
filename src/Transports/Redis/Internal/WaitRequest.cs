using System.Buffers;
using System.Buffers.Text;
using System.Text;
using HighPerf.Transports.Redis.Resp;

namespace HighPerf.Transports.Redis;

/// <summary>Waits at the server for what comes, and takes it: XREADGROUP with BLOCK, on a connection of its own. Exactly one of those that wait is woken by a message.</summary>
internal sealed class WaitRequest(RedisReceiver receiver, RedisQueue queue) : ReceiveRequest(receiver)
{
    public int Count { get; set; }

    public TimeSpan Time { get; set; }

    /// <summary>The wall clock when the answer is read, in microseconds: what is expired by then is not handed out.</summary>
    private long NowMicroseconds => (Receiver.Clock.GetUtcNow().UtcTicks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMicrosecond;

    public override void Write(ref RespWriter writer)
    {
        writer.Command(9 + (2 * RedisKeys.Streams));
        writer.Argument("XREADGROUP"u8);
        writer.Argument("GROUP"u8);
        writer.Argument("hp"u8);
        writer.Argument(Receiver.Consumer);
        writer.Argument("COUNT"u8);
        writer.Argument(Count);
        writer.Argument("BLOCK"u8);
        writer.Argument(Math.Max(1, (long)Time.TotalMilliseconds));
        writer.Argument("STREAMS"u8);
        writer.Raw(queue.Keys.ForReading);
    }

    protected override void Parse(ref RespReader reply)
    {
        // A map in RESP3; null when the time was over.
        for (var streams = Math.Max(reply.Number, 0) / 2; streams > 0; streams--)
        {
            var key = reply.ReadBytes();
            var stream = RedisKeys.StreamOf(LastByte(in key));
            for (var entries = reply.ReadCount(); entries > 0; entries--)
            {
                ReadEntry(ref reply, stream);
            }
        }
    }

    private void ReadEntry(ref RespReader reply, int stream)
    {
        var parts = reply.ReadCount();
        var id = StreamId.Parse(reply.ReadBytes());
        ReadOnlySequence<byte> bytes = default;
        string? key = null;
        long before = 0, expires = 0;
        for (var fields = parts > 1 ? reply.ReadCount() : 0; fields > 0; fields -= 2)
        {
            var name = reply.ReadBytes();
            var value = reply.ReadBytes();
            switch (name.Length == 1 ? name.FirstSpan[0] : 0)
            {
                case (byte)'b':
                    bytes = value;
                    break;
                case (byte)'n':
                    before = Number(in value);
                    break;
                case (byte)'e':
                    expires = Number(in value);
                    break;
                case (byte)'k':
                    key = Encoding.UTF8.GetString(value);
                    break;
            }
        }

        if (expires != 0 && expires <= NowMicroseconds)
        {
            Receiver.AddExpired(stream, id);
            return;
        }

        Receiver.Add(stream, id, 1, (int)before, key, in bytes);
        Received++;
    }

    private static byte LastByte(in ReadOnlySequence<byte> key) => key.IsSingleSegment ? key.FirstSpan[^1] : key.ToArray()[^1];

    private static long Number(in ReadOnlySequence<byte> text)
        => Utf8Parser.TryParse(text.IsSingleSegment ? text.FirstSpan : text.ToArray(), out long number, out _) ? number : 0;
}
