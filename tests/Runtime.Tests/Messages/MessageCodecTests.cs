using HighPerf.TestKit;
using Xunit;

namespace HighPerf.Tests.Messages;

/// <summary>Writer and reader: the bytes of MemoryPack's format, and the way back.</summary>
public sealed class MessageCodecTests : IDisposable
{
    private readonly TrackingBufferPool _pool = new();

    private delegate void WriteAction(ref MessageWriter writer);

    public void Dispose() => _pool.AssertAllReturned();

    [Fact]
    public void BytesAreThoseOfTheFormat()
    {
        Assert.Equal("FFFFFFFF", Hex((ref writer) => writer.WriteString(null)));
        Assert.Equal("00000000", Hex((ref writer) => writer.WriteString("")));
        Assert.Equal("FDFFFFFF" + "02000000" + "6869", Hex((ref writer) => writer.WriteString("hi")));
        Assert.Equal("FCFFFFFF" + "02000000" + "C3A478", Hex((ref writer) => writer.WriteString("äx")));
        Assert.Equal("FBFFFFFF" + "02000000" + "F09F9A80", Hex((ref writer) => writer.WriteString("🚀")));
        Assert.Equal("03", Hex((ref writer) => writer.WriteObjectHeader(3)));
        Assert.Equal("FF", Hex((ref writer) => writer.WriteNullObject()));
        Assert.Equal("FFFFFFFF", Hex((ref writer) => writer.WriteCollectionHeader(-1)));
        Assert.Equal("02000000" + "0100" + "0200", Hex((ref writer) => writer.WriteUnmanagedSpan<short>([1, 2])));
        Assert.Equal("0807060504030201", Hex((ref writer) => writer.Write(0x0102030405060708)));
        Assert.Equal("0102", Hex((ref writer) => writer.WriteRaw([1, 2])));
    }

    /// <summary>Short texts take a way of their own in both directions: every length around its steps, and one character that is not ASCII at every place.</summary>
    [Fact]
    public void Short_texts_are_those_of_the_general_transcoder()
    {
        var room = new byte[8 + (3 * 80) + 16];
        for (var length = 0; length <= 80; length++)
        {
            var ascii = string.Create(length, 0, static (text, _) =>
            {
                for (var i = 0; i < text.Length; i++)
                {
                    text[i] = (char)((i * 7) % 0x80);
                }
            });
            Check(ascii);
            for (var at = 0; at < length; at++)
            {
                foreach (var other in (char[])['\u007F', '\u0080', '\u00FF', '\u0100', '\u2028', '\uFFFF'])
                {
                    Check(string.Concat(ascii.AsSpan(0, at), [other], ascii.AsSpan(at + 1)));
                }

                Assert.Throws<MessageFormatException>(() => Bytes((ref writer) => writer.WriteString(string.Concat(ascii.AsSpan(0, at), "\uD800", ascii.AsSpan(at + 1)))));
            }
        }

        void Check(string text)
        {
            var utf8 = System.Text.Encoding.UTF8.GetBytes(text);
            Array.Fill(room, (byte)0xCC);
            var bound = MessageWriter.BoundOf(text);
            var end = MessageWriter.StoreString(ref room[0], 3, text);
            Assert.Equal(text.Length == 0 ? 7 : 3 + 8 + utf8.Length, end);
            Assert.All(room.AsSpan(3 + bound).ToArray(), static b => Assert.Equal(0xCC, b));
            if (text.Length > 0)
            {
                Assert.Equal((~utf8.Length, text.Length), (BitConverter.ToInt32(room, 3), BitConverter.ToInt32(room, 7)));
                Assert.Equal(utf8, room.AsSpan(11, utf8.Length).ToArray());
            }

            Assert.Equal(text, new MessageReader(room.AsSpan(3, end - 3)).ReadString());
        }
    }

    [Fact]
    public void A_short_text_that_is_not_what_its_header_says_is_refused()
    {
        for (var length = 1; length <= 80; length++)
        {
            for (var at = 0; at < length; at++)
            {
                var bytes = new byte[8 + length];
                BitConverter.TryWriteBytes(bytes, ~length);
                BitConverter.TryWriteBytes(bytes.AsSpan(4), length);
                bytes.AsSpan(8).Fill((byte)'a');
                bytes[8 + at] = 0x80;
                Assert.Throws<MessageFormatException>(() => new MessageReader(bytes).ReadString());
            }
        }
    }

    [Fact]
    public void NegativeOffsetsAreSignExtendedTo16Bytes()
    {
        var value = new DateTimeOffset(2026, 3, 1, 12, 0, 0, TimeSpan.FromMinutes(-210));
        var bytes = Bytes((ref writer) => writer.Write(value));
        Assert.Equal(16, bytes.Length);
        Assert.Equal("2EFFFFFF00000000", Convert.ToHexString(bytes.AsSpan(0, 8)));
        var reader = new MessageReader(bytes);
        var read = MessageReader.LoadDateTimeOffset(ref reader.Take(16), 0);
        Assert.Equal(value, read);
        Assert.Equal(value.Offset, read.Offset);
    }

    [Fact]
    public void StringsComeBack()
    {
        string?[] values = [null, "", "a", "äöü", "日本語", "🚀🚀", "a\0b", new string('x', 10_000), new string('語', 5_000)];
        var bytes = Bytes((ref writer) =>
        {
            foreach (var value in values)
            {
                writer.WriteString(value);
            }
        });
        var reader = new MessageReader(bytes);
        foreach (var value in values)
        {
            Assert.Equal(value, reader.ReadString());
        }

        Assert.Equal(0, reader.Remaining);
        Assert.Equal(bytes.Length, reader.Position);
    }

    [Fact]
    public void Utf16FormIsRead()
    {
        var reader = new MessageReader([3, 0, 0, 0, (byte)'a', 0, 0xE4, 0, 0x9E, 0x8A]);
        Assert.Equal("aä語", reader.ReadString());
        Assert.Equal(0, reader.Remaining);
    }

    [Fact]
    public void FixedRunsComeBack()
    {
        var moment = new DateTime(2026, 2, 28, 1, 2, 3, DateTimeKind.Utc);
        var bytes = Bytes((ref writer) =>
        {
            ref var run = ref writer.Reserve(1 + 16 + 8 + 4 + 8);
            MessageWriter.Store(ref run, 0, true);
            MessageWriter.Store(ref run, 1, -12.34m);
            MessageWriter.Store(ref run, 17, moment);
            MessageWriter.Store(ref run, 25, DateOnly.MaxValue);
            MessageWriter.Store(ref run, 29, TimeOnly.MaxValue);
        });
        var reader = new MessageReader(bytes);
        ref var read = ref reader.Take(37);
        Assert.True(MessageReader.LoadBoolean(ref read, 0));
        Assert.Equal(-12.34m, MessageReader.LoadDecimal(ref read, 1));
        Assert.Equal(moment, MessageReader.LoadDateTime(ref read, 17));
        Assert.Equal(DateTimeKind.Utc, MessageReader.LoadDateTime(ref read, 17).Kind);
        Assert.Equal(DateOnly.MaxValue, MessageReader.LoadDateOnly(ref read, 25));
        Assert.Equal(TimeOnly.MaxValue, MessageReader.LoadTimeOnly(ref read, 29));
    }

    [Fact]
    public void CollectionsComeBack()
    {
        var numbers = Enumerable.Range(0, 3_000).ToArray();
        var bytes = Bytes((ref writer) =>
        {
            writer.WriteUnmanagedSpan<int>(numbers);
            writer.WriteUnmanagedSpan<int>(numbers);
            writer.WriteCollectionHeader(-1);
            writer.WriteCollectionHeader(0);
            writer.WriteCollectionHeader(-1);
        });
        var reader = new MessageReader(bytes);
        Assert.Equal(numbers, reader.ReadUnmanagedArray<int>());
        Assert.Equal(numbers, reader.ReadUnmanagedList<int>());
        Assert.Null(reader.ReadUnmanagedArray<long>());
        Assert.Empty(reader.ReadUnmanagedArray<long>()!);
        Assert.Null(reader.ReadUnmanagedList<long>());
    }

    [Fact]
    public void AnUnpairedSurrogateIsNotWritten()
        => Assert.Throws<MessageFormatException>(() => Bytes((ref writer) => writer.WriteString("a\uD83D")));

    [Fact]
    public void DepthIsLimitedOnBothSides()
    {
        Bytes((ref writer) =>
        {
            for (var i = 0; i < MessageWriter.MaxDepth; i++)
            {
                writer.Enter();
            }

            writer.Leave();
            writer.Enter();
        });
        Assert.Throws<MessageFormatException>(() => Bytes((ref writer) =>
        {
            for (var i = 0; i <= MessageWriter.MaxDepth; i++)
            {
                writer.Enter();
            }
        }));
        Assert.Throws<MessageFormatException>(() =>
        {
            var reader = new MessageReader([]);
            for (var i = 0; i <= MessageWriter.MaxDepth; i++)
            {
                reader.Enter();
            }
        });
    }

    private string Hex(WriteAction write) => Convert.ToHexString(Bytes(write));

    private byte[] Bytes(WriteAction write)
    {
        var buffer = _pool.Pool.Rent();
        try
        {
            var writer = new MessageWriter(buffer);
            write(ref writer);
            writer.Flush();
            return buffer.Span.ToArray();
        }
        finally
        {
            buffer.Return();
        }
    }
}
