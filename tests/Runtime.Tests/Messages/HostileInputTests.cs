using Xunit;

namespace HighPerf.Tests.Messages;

/// <summary>Bytes that lie: each ends in a <see cref="MessageFormatException"/>, never in another exception, a crash, or memory allocated on their word.</summary>
public sealed class HostileInputTests
{
    [Theory]
    [InlineData("FCFFFFFF" + "00000000" + "616263")]
    [InlineData("FCFFFFFF" + "FFFFFFFF" + "616263")]
    public void A_string_without_its_utf16_length_is_read(string hex) => Assert.Equal("abc", new MessageReader(Convert.FromHexString(hex)).ReadString());

    [Theory]
    [InlineData("00000080" + "01000000" + "616263", "length int.MinValue: header + 4 overflows")]
    [InlineData("01000080" + "01000000" + "616263", "length int.MinValue + 1")]
    [InlineData("FFFFFF7F", "UTF-16 length int.MaxValue")]
    [InlineData("00000040" + "6161", "UTF-16 length that overflows when doubled")]
    [InlineData("02000000" + "6100" + "62", "UTF-16 form cut in a character")]
    [InlineData("FCFFFFFF" + "03000000" + "6162", "one byte too few")]
    [InlineData("FCFFFFFF" + "0300", "cut in the hint")]
    [InlineData("FCFF", "cut in the header")]
    [InlineData("", "nothing")]
    [InlineData("FCFFFFFF" + "02000000" + "616263", "hint too small")]
    [InlineData("FCFFFFFF" + "03000000" + "61C3A4", "hint too large for what the bytes say")]
    [InlineData("FCFFFFFF" + "FFFFFF7F" + "616263", "hint int.MaxValue")]
    [InlineData("FDFFFFFF" + "01000000" + "C328", "invalid UTF-8")]
    [InlineData("FDFFFFFF" + "02000000" + "61C3", "UTF-8 cut in a character")]
    [InlineData("FCFFFFFF" + "01000000" + "EDA080", "a surrogate in UTF-8")]
    public void Strings(string hex, string why)
    {
        var bytes = Convert.FromHexString(hex);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var failure = Assert.Throws<MessageFormatException>(() => new MessageReader(bytes).ReadString());
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 64 * 1024, why);
        Assert.NotEmpty(failure.Message);
    }

    [Theory]
    [InlineData("FEFFFFFF")]
    [InlineData("00000080")]
    [InlineData("FFFFFF7F")]
    [InlineData("02000000" + "01000000")]
    [InlineData("01000040" + "01000000")]
    public void Collections(string hex)
    {
        var bytes = Convert.FromHexString(hex);
        Assert.Throws<MessageFormatException>(() => new MessageReader(bytes).ReadUnmanagedArray<int>());
        Assert.Throws<MessageFormatException>(() => new MessageReader(bytes).ReadUnmanagedList<int>());
        Assert.Throws<MessageFormatException>(() => new MessageReader(bytes).ReadUnmanagedArray<Guid>());
        Assert.Throws<MessageFormatException>(() => new MessageReader(bytes).ReadCollectionHeader(8));
    }

    [Fact]
    public void EveryPrefixOfAMessageIsTruncated()
    {
        byte[] whole = [2, 0xFC, 0xFF, 0xFF, 0xFF, 3, 0, 0, 0, (byte)'a', (byte)'b', (byte)'c', 2, 0, 0, 0, 1, 2];
        for (var length = 0; length < whole.Length; length++)
        {
            var prefix = whole[..length];
            Assert.Throws<MessageFormatException>(() => Read(prefix));
        }

        Read(whole);

        static void Read(byte[] bytes)
        {
            var reader = new MessageReader(bytes);
            reader.TryReadObjectHeader(2, "Test", out _);
            reader.ReadString();
            reader.ReadUnmanagedArray<byte>();
        }
    }

    [Fact]
    public void ObjectHeaders()
    {
        var reader = new MessageReader([255, 2, 3]);
        Assert.False(reader.TryReadObjectHeader(2, "Test", out _));
        Assert.True(reader.TryReadObjectHeader(2, "Test", out var members));
        Assert.Equal(2, members);
        foreach (var header in new byte[] { 3, 249, 250, 254 })
        {
            var failure = Assert.Throws<MessageFormatException>(() => new MessageReader([header]).TryReadObjectHeader(2, "Test", out _));
            Assert.Contains("Test", failure.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void ValuesThatTheBaseLibraryTrusts()
    {
        AssertInvalid([2], static run => MessageReader.LoadBoolean(ref run[0], 0));
        AssertInvalid(Bytes(0x7F00_0000, 16), static run => MessageReader.LoadDecimal(ref run[0], 0));
        AssertInvalid(Bytes(29 << 16, 16), static run => MessageReader.LoadDecimal(ref run[0], 0));
        AssertInvalid(Bytes(1, 16), static run => MessageReader.LoadDecimal(ref run[0], 0));
        AssertInvalid(Bytes(DateTime.MaxValue.Ticks + 1, 8), static run => MessageReader.LoadDateTime(ref run[0], 0));
        AssertInvalid(Bytes(841, 16), static run => MessageReader.LoadDateTimeOffset(ref run[0], 0));
        AssertInvalid(Bytes(-1 & 0xFFFF, 16), static run => MessageReader.LoadDateTimeOffset(ref run[0], 0));
        AssertInvalid(Bytes(-1, 8), static run => MessageReader.LoadDateOnly(ref run[0], 0));
        AssertInvalid(Bytes(DateOnly.MaxValue.DayNumber + 1, 8), static run => MessageReader.LoadDateOnly(ref run[0], 0));
        AssertInvalid(Bytes(TimeSpan.TicksPerDay, 8), static run => MessageReader.LoadTimeOnly(ref run[0], 0));
        AssertInvalid(Bytes(-1, 8), static run => MessageReader.LoadTimeOnly(ref run[0], 0));

        static byte[] Bytes(long first, int size)
        {
            var bytes = new byte[size];
            BitConverter.TryWriteBytes(bytes, first);
            return bytes;
        }

        static void AssertInvalid<T>(byte[] run, Func<byte[], T> load) => Assert.Throws<MessageFormatException>(() => load(run));
    }

    [Fact]
    public void RandomBytesEndInAValueOrAFormatException()
    {
        var random = new Random(20260101);
        var bytes = new byte[64];
        for (var i = 0; i < 20_000; i++)
        {
            var length = random.Next(bytes.Length);
            random.NextBytes(bytes);
            if (i % 2 == 0)
            {
                // Lengths near the truth: they get past the first check.
                BitConverter.TryWriteBytes(bytes, ~random.Next(70));
                BitConverter.TryWriteBytes(bytes.AsSpan(4), random.Next(70));
            }

            try
            {
                var reader = new MessageReader(bytes.AsSpan(0, length));
                reader.ReadString();
                reader.ReadUnmanagedList<int>();
                reader.ReadString();
            }
            catch (MessageFormatException)
            {
                // What it must be.
            }
        }
    }
}
