using System.Buffers;
using System.Text;
using HighPerf.Connections;
using HighPerf.Transports.Redis.Resp;

namespace HighPerf.Transports.Tests.Redis.Resp;

public sealed class RespTests
{
    [Theory]
    [InlineData("+OK\r\n", "OK")]
    [InlineData("-ERR no\r\n", "!ERR no")]
    [InlineData(":-42\r\n", "-42")]
    [InlineData(":+7\r\n", "7")]
    [InlineData("$5\r\nhe\r\no\r\n", "he\r\no")]
    [InlineData("$0\r\n\r\n", "")]
    [InlineData("$-1\r\n", "null")]
    [InlineData("*-1\r\n", "null")]
    [InlineData("_\r\n", "null")]
    [InlineData("#t\r\n", "1")]
    [InlineData(",1.5e3\r\n", "1.5e3")]
    [InlineData(",-inf\r\n", "-inf")]
    [InlineData("(123456789012345678901234567890\r\n", "123456789012345678901234567890")]
    [InlineData("!5\r\nERR x\r\n", "!ERR x")]
    [InlineData("=5\r\ntxt:a\r\n", "txt:a")]
    [InlineData("*2\r\n:1\r\n*1\r\n+x\r\n", "[1,[x]]")]
    [InlineData("*0\r\n", "[]")]
    [InlineData("%1\r\n+a\r\n~2\r\n:1\r\n:2\r\n", "[a,[1,2]]")]
    [InlineData(">2\r\n+message\r\n+c\r\n", "[message,c]")]
    [InlineData("|1\r\n+ttl\r\n:3\r\n+OK\r\n", "OK")]
    [InlineData("*2\r\n|1\r\n+k\r\n*1\r\n:9\r\n:1\r\n:2\r\n", "[1,2]")]
    [InlineData("|0\r\n:5\r\n", "5")]
    public void Every_type_is_read_whole_and_byte_by_byte(string text, string expected)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var scanner = default(RespScanner);
        Assert.True(scanner.TryFindEnd(new ReadOnlySequence<byte>([.. bytes, (byte)'+']), out var end));
        Assert.Equal(bytes.Length, end.GetInteger());
        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.False(scanner.TryFindEnd(Segments.Of(bytes.AsMemory(0, length), 1), out _));
        }

        Assert.True(scanner.TryFindEnd(Segments.Of(bytes, 1), out _));
        foreach (var size in new[] { 1, 3, 1000 })
        {
            var reader = new RespReader(Segments.Of(bytes, size));
            Assert.Equal(expected, Show(RespValue.Read(ref reader)));
            Assert.True(reader.IsEnd);
            var skipper = new RespReader(Segments.Of(bytes, size));
            skipper.Skip();
            Assert.True(skipper.IsEnd);
        }
    }

    [Theory]
    [InlineData("*?\r\n", "streamed")]
    [InlineData("$?\r\n", "streamed")]
    [InlineData(";4\r\n", "0x3B")]
    [InlineData(":1x\r\n", "not an integer")]
    [InlineData("$-2\r\n", "length")]
    [InlineData("$ 1\r\n", "length")]
    [InlineData("*99999999\r\n", "longer")]
    [InlineData("$999999999\r\n", "longer")]
    [InlineData("%600000\r\n", "longer")]
    [InlineData("+OK\n", "CR LF")]
    [InlineData("$2\r\nabc\r\n", "does not end")]
    [InlineData("*1\r\n>1\r\n:1\r\n", "push")]
    [InlineData("#x\r\n", "0x23")]
    [InlineData(",x\r\n", "not a number")]
    public void What_is_not_RESP3_is_refused_with_its_reason(string text, string reason)
        => Assert.Contains(reason, Assert.Throws<ConnectionProtocolException>(() => Find(Encoding.UTF8.GetBytes(text))).Message, StringComparison.Ordinal);

    [Fact]
    public void Depth_lines_and_counts_are_bounded()
    {
        var deep = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("*1\r\n", RespScanner.MaxDepth + 1)));
        Assert.Contains("nested", Assert.Throws<ConnectionProtocolException>(() => Find(deep)).Message, StringComparison.Ordinal);
        var allowed = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("*1\r\n", RespScanner.MaxDepth)) + ":1\r\n");
        Assert.True(Find(allowed));
        var line = Encoding.ASCII.GetBytes("+" + new string('x', RespToken.MaxLine + 10));
        Assert.Contains("line", Assert.Throws<ConnectionProtocolException>(() => Find(line)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Commands_are_arrays_of_bulk_strings()
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new RespWriter(output);
        writer.Command(4);
        writer.Argument("SET"u8);
        writer.Argument("ключ");
        writer.Argument(-12L);
        writer.Argument(new byte[1000]);
        writer.Complete();
        var reader = new RespReader(new ReadOnlySequence<byte>(output.WrittenMemory));
        Assert.Equal(4, reader.ReadCount());
        Assert.Equal("SET", reader.ReadText());
        Assert.Equal("ключ", reader.ReadText());
        Assert.Equal("-12", reader.ReadText());
        Assert.Equal(1000, reader.ReadBytes().Length);
        Assert.True(reader.IsEnd);
    }

    [Fact]
    public void Two_hundred_thousand_mutations_are_a_reply_or_a_refusal_and_the_same_in_pieces()
    {
        string[] seeds =
        [
            "*2\r\n*2\r\n$3\r\nabc\r\n%2\r\n+a\r\n:1\r\n+b\r\n_\r\n~1\r\n,2.5\r\n", "|1\r\n+k\r\n:1\r\n*3\r\n$-1\r\n#t\r\n!3\r\nERR\r\n", ">3\r\n+message\r\n$2\r\nch\r\n$5\r\nhello\r\n",
            "*1\r\n*1\r\n*1\r\n*1\r\n(123\r\n", "=8\r\ntxt:text\r\n", "-ERR wrong\r\n", ":123456\r\n",
        ];
        var random = new Random(20_260_101);
        var (replies, refusals, partial) = (0, 0, 0);
        for (var i = 0; i < 200_000; i++)
        {
            var bytes = Encoding.ASCII.GetBytes(seeds[random.Next(seeds.Length)]);
            for (var mutations = random.Next(1, 5); mutations > 0; mutations--)
            {
                bytes = Mutate(bytes, random);
            }

            var whole = Try(bytes, int.MaxValue);
            Assert.Equal(whole, Try(bytes, random.Next(1, 9)));
            _ = whole switch { "refused" => refusals++, "partial" => partial++, _ => replies++ };
        }

        Assert.True(replies > 20_000 && refusals > 20_000 && partial > 10_000, $"{replies} replies, {refusals} refusals, {partial} partial: the mutations test too little.");
    }

    private static string Try(byte[] bytes, int piece)
    {
        var scanner = default(RespScanner);
        try
        {
            for (var length = Math.Min(piece, bytes.Length); ; length = (int)Math.Min((long)length + piece, bytes.Length))
            {
                var buffer = Segments.Of(bytes.AsMemory(0, length), piece);
                if (scanner.TryFindEnd(in buffer, out var end))
                {
                    // A whole reply is read without an exception.
                    var reader = new RespReader(buffer.Slice(0, end));
                    var value = RespValue.Read(ref reader);
                    Assert.True(reader.IsEnd);
                    return Show(value);
                }

                if (length == bytes.Length)
                {
                    return "partial";
                }
            }
        }
        catch (ConnectionProtocolException)
        {
            return "refused";
        }
    }

    private static byte[] Mutate(byte[] bytes, Random random)
    {
        var at = random.Next(bytes.Length + 1);
        const string Interesting = "*$+-:_#,(!=%~|>?\r\n0123456789tf";
        return random.Next(4) switch
        {
            0 => [.. bytes[..at], (byte)Interesting[random.Next(Interesting.Length)], .. bytes[at..]],
            1 when at < bytes.Length => [.. bytes[..at], .. bytes[(at + 1)..]],
            2 when at < bytes.Length => [.. bytes[..at], (byte)(bytes[at] ^ (1 << random.Next(8))), .. bytes[(at + 1)..]],
            _ => [.. bytes[..at], .. bytes[random.Next(at + 1)..]],
        };
    }

    private static bool Find(byte[] bytes)
    {
        var scanner = default(RespScanner);
        return scanner.TryFindEnd(new ReadOnlySequence<byte>(bytes), out _);
    }

    private static string Show(RespValue value)
        => value.IsNull ? "null"
            : value.Kind is RespKind.Array or RespKind.Map or RespKind.Set or RespKind.Push ? $"[{string.Join(",", value.Items.Select(Show))}]"
            : value.Kind is RespKind.Integer or RespKind.Boolean ? value.Number.ToString(System.Globalization.CultureInfo.InvariantCulture)
            : (value.IsError ? "!" : "") + value.Text;
}
