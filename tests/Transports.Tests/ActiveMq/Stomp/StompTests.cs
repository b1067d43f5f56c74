using System.Buffers;
using System.Text;
using HighPerf.Connections;
using HighPerf.Transports.ActiveMq.Stomp;
using HighPerf.Transports.Tests.Redis.Resp;

namespace HighPerf.Transports.Tests.ActiveMq.Stomp;

public sealed class StompTests
{
    private static readonly StompLimits s_limits = new(1_000_000) { MaxHeaders = 50, MaxHeaderBytes = 4096 };

    [Theory]
    [InlineData("RECEIPT\nreceipt-id:7\n\n\0", "Receipt receipt-id=7 ''")]
    [InlineData("\n\r\n\nMESSAGE\r\na:1\r\n\r\nbody\0", "Message a=1 'body'")]
    [InlineData("MESSAGE\ncontent-length:3\n\na\0b\0", "Message content-length=3 'a\0b'")]
    [InlineData("MESSAGE\na:x\\cy\\nz\\\\\\r\nb\\c:2\n\n\0", "Message a=x:y\nz\\\r b:=2 ''")]
    [InlineData("MESSAGE\na:1:2\na:3\nempty:\n\n\0", "Message a=1:2 a=3 empty= ''")]
    [InlineData("CONNECTED\nversion:1.2\nserver:a\\b\n\n\0", "Connected version=1.2 server=a\\b ''")]
    [InlineData("ERROR\nmessage:no\n\nwhy\0", "Error message=no 'why'")]
    [InlineData("OTHER\n\n\0", "Other ''")]
    public void A_frame_is_read_whole_and_byte_by_byte(string text, string expected)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        foreach (var size in new[] { 1, 3, 1000 })
        {
            var reader = new StompReader(s_limits);
            var rest = Segments.Of(bytes, size);
            Assert.True(reader.TryRead(ref rest));
            Assert.True(rest.IsEmpty);
            Assert.Equal(expected, Show(reader));
        }

        var growing = new StompReader(s_limits);
        for (var length = 0; length < bytes.Length; length++)
        {
            var part = Segments.Of(bytes.AsMemory(0, length), 2);
            Assert.False(growing.TryRead(ref part));
        }

        var all = new ReadOnlySequence<byte>([.. bytes, (byte)'\n']);
        Assert.True(growing.TryRead(ref all));
        Assert.Equal(expected, Show(growing));
    }

    [Theory]
    [InlineData("MESSAGE\nno colon\n\n\0", "colon")]
    [InlineData("MESSAGE\na:\\t\n\n\0", "escape")]
    [InlineData("MESSAGE\na:\\\n\n\0", "escape")]
    [InlineData("MESSAGE\ncontent-length:-1\n\n\0", "content-length")]
    [InlineData("MESSAGE\ncontent-length:1x\n\n\0", "content-length")]
    [InlineData("MESSAGE\ncontent-length:1000001\n\n\0", "longer")]
    [InlineData("MESSAGE\ncontent-length:1\n\nab\0", "does not end")]
    public void What_is_not_STOMP_is_refused_with_its_reason(string text, string reason)
        => Assert.Contains(reason, Refused(Encoding.UTF8.GetBytes(text)), StringComparison.Ordinal);

    [Fact]
    public void Bounds_hold_for_headers_and_for_bodies_without_a_length()
    {
        Assert.Contains("more than 50 headers", Refused(Encoding.UTF8.GetBytes("MESSAGE\n" + string.Concat(Enumerable.Repeat("a:b\n", 51)) + "\n\0")), StringComparison.Ordinal);
        Assert.Contains("longer than 4096", Refused(Encoding.UTF8.GetBytes("MESSAGE\na:" + new string('x', 5000))), StringComparison.Ordinal);
        Assert.Contains("longer than 1000000", Refused(Encoding.UTF8.GetBytes("MESSAGE\n\n" + new string('x', 1_000_001))), StringComparison.Ordinal);
    }

    [Fact]
    public void No_text_leaves_its_header()
    {
        const string Alphabet = "ab:\\\r\n\t é€😀-";
        var random = new Random(20);
        var reader = new StompReader(s_limits);
        for (var i = 0; i < 20_000; i++)
        {
            var value = string.Concat(Enumerable.Range(0, random.Next(30)).Select(_ => Alphabet[random.Next(Alphabet.Length)])).Replace("\ud83d", "", StringComparison.Ordinal).Replace("\ude00", "", StringComparison.Ordinal);
            var body = new byte[random.Next(20)];
            random.NextBytes(body);
            var output = new ArrayBufferWriter<byte>();
            var writer = new StompWriter(output);
            writer.Command("SEND"u8);
            writer.Header("value"u8, value);
            writer.Header("number"u8, i);
            writer.End(body);
            var rest = new ReadOnlySequence<byte>(output.WrittenMemory);
            Assert.True(reader.TryRead(ref rest));
            Assert.True(rest.IsEmpty);
            Assert.Equal("SEND", Encoding.UTF8.GetString(reader.CommandName));
            Assert.Equal(3, reader.HeaderCount);
            Assert.Equal(value, reader.Text("value"u8));
            Assert.Equal(i, reader.Number("number"u8));
            Assert.Equal(body, reader.Body.ToArray());
        }
    }

    [Fact]
    public void Frames_are_written_and_read_without_allocating()
    {
        var output = new ArrayBufferWriter<byte>(4096);
        var reader = new StompReader(s_limits);
        var before = 0L;
        for (var i = 0; i < 2_000; i++)
        {
            if (i == 1_000)
            {
                before = GC.GetAllocatedBytesForCurrentThread();
            }

            output.ResetWrittenCount();
            var writer = new StompWriter(output);
            writer.Command("MESSAGE"u8);
            writer.Header("ack"u8, "ID:a:b"u8);
            writer.Header("text"u8, "x:y");
            writer.Header("number"u8, i);
            writer.End("body"u8);
            var rest = new ReadOnlySequence<byte>(output.WrittenMemory);
            Assert.True(reader.TryRead(ref rest) && reader.Number("number"u8) == i && reader.Body.Length == 4);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void A_NUL_cannot_be_in_a_header()
        => Assert.Throws<ArgumentException>(() => new StompWriter(new ArrayBufferWriter<byte>()).Header("a"u8, "b\0c"));

    [Fact]
    public void Mutated_frames_end_as_frames_or_as_protocol_errors()
    {
        const int Inputs = 200_000;
        byte[][] seeds =
        [
            "MESSAGE\nsubscription:10\nmessage-id:ID\\cx\nack:ID\\cy\nhp-key:k\ncontent-length:5\n\nhello\0"u8.ToArray(),
            "RECEIPT\nreceipt-id:77\n\n\0\n\nERROR\r\nmessage:no\r\n\r\nstack\0"u8.ToArray(),
            "CONNECTED\nversion:1.2\nheart-beat:10,10\n\n\0"u8.ToArray(),
        ];
        byte[] interesting = [0, (byte)'\n', (byte)'\r', (byte)':', (byte)'\\', (byte)'9', 0xFF];
        var random = new Random(42);
        var frames = 0;
        for (var i = 0; i < Inputs; i++)
        {
            var bytes = seeds[i % seeds.Length].AsSpan().ToArray().ToList();
            for (var change = random.Next(1, 4); change > 0; change--)
            {
                var at = random.Next(bytes.Count);
                switch (random.Next(4))
                {
                    case 0:
                        bytes[at] = (byte)random.Next(256);
                        break;
                    case 1:
                        bytes[at] = interesting[random.Next(interesting.Length)];
                        break;
                    case 2:
                        bytes.Insert(at, interesting[random.Next(interesting.Length)]);
                        break;
                    default:
                        bytes.RemoveAt(at);
                        break;
                }
            }

            var whole = Try(bytes.ToArray(), int.MaxValue);
            Assert.Equal(whole, Try(bytes.ToArray(), random.Next(1, 40)));
            frames += whole.EndsWith("refused", StringComparison.Ordinal) ? 0 : whole.Length > 0 ? 1 : 0;
        }

        Assert.InRange(frames, Inputs / 10, Inputs * 9 / 10);
    }

    /// <summary>What comes of bytes that arrive piece by piece.</summary>
    private static string Try(byte[] bytes, int piece)
    {
        var shown = new StringBuilder();
        var reader = new StompReader(s_limits);
        var consumed = 0;
        try
        {
            for (var length = Math.Min(piece, bytes.Length); ; length = (int)Math.Min((long)length + piece, bytes.Length))
            {
                var rest = Segments.Of(bytes.AsMemory(consumed, length - consumed), piece);
                while (reader.TryRead(ref rest))
                {
                    Assert.InRange(reader.HeaderCount, 0, 50);
                    _ = reader.Number("content-length"u8);
                    shown.AppendLine(Show(reader));
                }

                consumed = length - (int)rest.Length;
                if (length == bytes.Length)
                {
                    return shown.ToString();
                }
            }
        }
        catch (ConnectionProtocolException)
        {
            return shown.Append("refused").ToString();
        }
    }

    private static string Refused(byte[] bytes)
        => Assert.Throws<ConnectionProtocolException>(() =>
        {
            var rest = new ReadOnlySequence<byte>(bytes);
            new StompReader(s_limits).TryRead(ref rest);
        }).Message;

    private static string Show(StompReader reader)
    {
        var text = new StringBuilder(reader.Command.ToString());
        for (var i = 0; i < reader.HeaderCount; i++)
        {
            var (name, value) = reader.HeaderAt(i);
            text.Append(' ').Append(name).Append('=').Append(value);
        }

        return text.Append(" '").Append(Encoding.UTF8.GetString(reader.Body)).Append('\'').ToString();
    }
}
