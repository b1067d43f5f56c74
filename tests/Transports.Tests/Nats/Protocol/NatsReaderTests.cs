using System.Buffers;
using System.Text;
using HighPerf.Connections;
using HighPerf.Transports.Nats.Protocol;
using HighPerf.Transports.Tests.Redis.Resp;

namespace HighPerf.Transports.Tests.Nats.Protocol;

public sealed class NatsReaderTests
{
    [Theory]
    [InlineData("PING\r\n", "Ping")]
    [InlineData("pong\r\n", "Pong")]
    [InlineData("+OK\r\n", "Ok")]
    [InlineData("-ERR 'Authorization Violation'\r\n", "Error 'Authorization Violation'")]
    [InlineData("INFO {\"version\":\"2.9.10\"} \r\n", "Info {\"version\":\"2.9.10\"}")]
    [InlineData("MSG a.b 7 5\r\nhello\r\n", "Message a.b 7 -  hello 0")]
    [InlineData("MSG a.b 7 r.x 0\r\n\r\n", "Message a.b 7 r.x   0")]
    [InlineData("MSG a.b 7  2\r\n\r\n\r\n", "Message a.b 7 -  \r\n 0")]
    [InlineData("HMSG a 1 r 16 18\r\nNATS/1.0 503\r\n\r\nhi\r\n", "Message a 1 r NATS/1.0 503\r\n\r\n hi 503")]
    [InlineData("HMSG a 1  28 28\r\nNATS/1.0 404 No Messages\r\n\r\n\r\n", "Message a 1 - NATS/1.0 404 No Messages\r\n\r\n  404")]
    public void Every_frame_is_read_whole_and_byte_by_byte(string text, string expected)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        foreach (var size in new[] { 1, 3, 1000 })
        {
            var reader = new NatsReader();
            for (var length = 1; length < bytes.Length; length++)
            {
                var partial = Segments.Of(bytes.AsMemory(0, length), size);
                Assert.False(reader.TryRead(ref partial, out _));
                Assert.Equal(length, partial.Length);
            }

            var whole = Segments.Of((byte[])[.. bytes, (byte)'P'], size);
            Assert.True(reader.TryRead(ref whole, out var frame));
            Assert.Equal(expected, Show(in frame));
            Assert.Equal(1, whole.Length);
        }
    }

    [Theory]
    [InlineData("NOISE\r\n", "word")]
    [InlineData("PING\n", "CR LF")]
    [InlineData("MSG a 1\r\n", "line")]
    [InlineData("MSG a x 1\r\na\r\n", "line")]
    [InlineData("MSG a 1 r 1 2\r\na\r\n", "line")]
    [InlineData("MSG a 1 -1\r\na\r\n", "length")]
    [InlineData("MSG a 1 99999999\r\n", "length")]
    [InlineData("MSG a 1 1\r\nabc\r\n", "does not end")]
    [InlineData("HMSG a 1 5 4\r\nabcde\r\n", "longer")]
    public void What_is_not_the_protocol_is_refused_with_its_reason(string text, string reason)
        => Assert.Contains(reason, Assert.Throws<ConnectionProtocolException>(() => Read(Encoding.UTF8.GetBytes(text))).Message, StringComparison.Ordinal);

    [Fact]
    public void Lines_are_bounded_also_before_they_end()
    {
        Assert.Throws<ConnectionProtocolException>(() => Read(Encoding.ASCII.GetBytes("MSG " + new string('x', NatsReader.MaxLine))));
        Assert.Throws<ConnectionProtocolException>(() => Read(Encoding.ASCII.GetBytes("INFO " + new string('x', NatsReader.MaxInfo))));
        var info = Encoding.ASCII.GetBytes("INFO " + new string('x', NatsReader.MaxLine * 2) + "\r\n");
        Assert.True(Read(info));
    }

    [Fact]
    public void Two_hundred_thousand_mutations_are_frames_or_a_refusal_and_the_same_in_pieces()
    {
        string[] seeds =
        [
            "MSG a.b 7 5\r\nhello\r\nPING\r\n", "HMSG a 1 r 16 18\r\nNATS/1.0 503\r\n\r\nhi\r\n+OK\r\n", "INFO {\"a\":1}\r\nMSG x 2 r 0\r\n\r\n", "-ERR 'no'\r\nPONG\r\n",
            "HMSG $JS.ACK.s.c.1.2.3.4.5 12 $JS.ACK.s.c.1.2.3.4.5 12 14\r\nNATS/1.0\r\n\r\nab\r\n",
        ];
        var random = new Random(20_260_102);
        var (frames, refusals, partial) = (0, 0, 0);
        for (var i = 0; i < 200_000; i++)
        {
            var bytes = Encoding.ASCII.GetBytes(seeds[random.Next(seeds.Length)]);
            for (var mutations = random.Next(1, 5); mutations > 0; mutations--)
            {
                bytes = Mutate(bytes, random);
            }

            var whole = Try(bytes, int.MaxValue);
            Assert.Equal(whole, Try(bytes, random.Next(1, 9)));
            _ = whole.EndsWith('!') ? refusals++ : whole.EndsWith('+') ? partial++ : frames++;
        }

        Assert.True(frames > 5_000 && refusals > 5_000 && partial > 5_000, $"{frames} frames, {refusals} refusals, {partial} partial: the mutations test nothing.");
    }

    [Fact]
    public void A_message_costs_no_memory()
    {
        var bytes = Encoding.ASCII.GetBytes("HMSG hp.q.x.p01 12 $JS.ACK.s.c.1.2.3.4.5 12 14\r\nNATS/1.0\r\n\r\nab\r\n");
        var reader = new NatsReader();
        for (var round = 0; round < 2; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 1_000; i++)
            {
                var received = new ReadOnlySequence<byte>(bytes);
                Assert.True(reader.TryRead(ref received, out var frame));
                _ = frame.Status;
            }

            Assert.True(round == 0 || GC.GetAllocatedBytesForCurrentThread() == before);
        }
    }

    private static string Try(byte[] bytes, int size)
    {
        var text = new StringBuilder();
        var reader = new NatsReader();
        var rest = Segments.Of(bytes, size);
        try
        {
            while (!rest.IsEmpty)
            {
                if (!reader.TryRead(ref rest, out var frame))
                {
                    return text.Append('+').ToString();
                }

                text.Append(Show(in frame)).Append('|');
            }

            return text.ToString();
        }
        catch (ConnectionProtocolException)
        {
            return text.Append('!').ToString();
        }
    }

    private static byte[] Mutate(byte[] bytes, Random random)
    {
        var at = random.Next(bytes.Length + 1);
        const string Interesting = "MSGHPINFO+-ER \t\r\n0123456789.x";
        return random.Next(4) switch
        {
            0 => [.. bytes[..at], (byte)Interesting[random.Next(Interesting.Length)], .. bytes[at..]],
            1 when at < bytes.Length => [.. bytes[..at], .. bytes[(at + 1)..]],
            2 when at < bytes.Length => [.. bytes[..at], (byte)(bytes[at] ^ (1 << random.Next(8))), .. bytes[(at + 1)..]],
            _ => [.. bytes[..at], .. bytes[random.Next(at + 1)..]],
        };
    }

    private static bool Read(byte[] bytes)
    {
        var received = new ReadOnlySequence<byte>(bytes);
        return new NatsReader().TryRead(ref received, out _);
    }

    private static string Show(in NatsFrame frame)
        => frame.Kind == NatsFrameKind.Message
            ? $"Message {Text(frame.Subject)} {frame.Sid} {(frame.ReplyTo.IsEmpty ? "-" : Text(frame.ReplyTo))} {Encoding.Latin1.GetString(frame.Headers)} {Encoding.Latin1.GetString(frame.Payload)} {frame.Status}"
            : $"{frame.Kind} {Text(frame.Text)}".TrimEnd();

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.Latin1.GetString(bytes);
}
