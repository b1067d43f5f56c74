using System.Collections.Concurrent;
using System.Security.Cryptography;
using HighPerf.TestKit;
using Xunit;

namespace HighPerf.Tests.Messages;

public sealed class MessageIdTests
{
    private readonly ManualTimeProvider _clock = new();

    [Fact]
    public void NewIsAVersion7Uuid()
    {
        var bytes = new byte[16];
        for (var i = 0; i < 1_000; i++)
        {
            _clock.Advance(TimeSpan.FromMilliseconds(i));
            var id = MessageId.New(_clock);
            id.WriteTo(bytes);
            var milliseconds = 0L;
            for (var b = 0; b < 6; b++)
            {
                milliseconds = (milliseconds << 8) | bytes[b];
            }

            Assert.Equal(_clock.GetUtcNow().ToUnixTimeMilliseconds(), milliseconds);
            Assert.Equal(0x70, bytes[6] & 0xF0);
            Assert.Equal(0x80, bytes[8] & 0xC0);
            Assert.Equal(7, id.ToGuid().Version);
        }
    }

    [Fact]
    public void OrdersByTime()
    {
        var previous = new byte[16];
        var current = new byte[16];
        for (var i = 0; i < 1_000; i++)
        {
            _clock.Advance(TimeSpan.FromMilliseconds(1));
            MessageId.New(_clock).WriteTo(current);
            Assert.True(previous.AsSpan().SequenceCompareTo(current) < 0);
            current.CopyTo(previous, 0);
        }
    }

    [Fact]
    public async Task AMillionInOneMillisecondOnFourThreadsAreDifferent()
    {
        const int Each = 250_000;
        var all = new ConcurrentBag<MessageId[]>();
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            var ids = new MessageId[Each];
            for (var i = 0; i < Each; i++)
            {
                ids[i] = MessageId.New(_clock);
            }

            all.Add(ids);
        })));
        var different = new HashSet<MessageId>(4 * Each);
        foreach (var id in all.SelectMany(ids => ids))
        {
            Assert.True(different.Add(id));
        }

        Assert.Equal(4 * Each, different.Count);
    }

    [Fact]
    public void DerivedIsTheHashOfItsInput()
    {
        var parent = MessageId.FromGuid(new Guid("00112233-4455-6677-8899-aabbccddeeff"));
        var input = Convert.FromHexString("00112233445566778899aabbccddeeff" + "0807060504030201" + "0900000000000000");
        var hash = SHA256.HashData(input);
        var bytes = new byte[16];
        var derived = MessageId.Derive(parent, 0x0102030405060708, 9);
        derived.WriteTo(bytes);
        Assert.Equal(8, derived.ToGuid().Version);
        Assert.Equal(hash[..6], bytes[..6]);
        Assert.Equal(0x80 | (hash[6] & 0x0F), bytes[6]);
        Assert.Equal(hash[7], bytes[7]);
        Assert.Equal(0x80, bytes[8] & 0xC0);

        // The next process must derive the same.
        Assert.Equal(derived, MessageId.Derive(parent, 0x0102030405060708, 9));
        Assert.NotEqual(derived, MessageId.Derive(parent, 0x0102030405060708, 10));
        Assert.NotEqual(derived, MessageId.Derive(parent, 0x0102030405060709, 9));
        Assert.NotEqual(derived, MessageId.Derive(MessageId.None, 0x0102030405060708, 9));
        Assert.Equal(MessageId.Derive("files/a.csv:17"), MessageId.Derive("files/a.csv:17"));
        Assert.NotEqual(MessageId.Derive("files/a.csv:17"), MessageId.Derive("files/a.csv:18"));
    }

    [Fact]
    public void TextGuidAndBytesAgree()
    {
        const string Text = "01890a5d-ac96-774b-bcce-b302099a8057";
        Assert.True(MessageId.TryParse(Text, out var id));
        Assert.Equal(Text, id.ToString());
        Assert.Equal(new Guid(Text), id.ToGuid());
        Assert.Equal(id, MessageId.FromGuid(new Guid(Text)));
        var bytes = new byte[16];
        id.WriteTo(bytes);
        Assert.Equal(Convert.FromHexString(Text.Replace("-", "", StringComparison.Ordinal)), bytes);
        Assert.Equal(id, MessageId.ReadFrom(bytes));
        Assert.Equal(id.GetHashCode(), MessageId.ReadFrom(bytes).GetHashCode());
        Assert.True(id == MessageId.ReadFrom(bytes));
        Span<char> chars = stackalloc char[36];
        Assert.True(id.TryFormat(chars, out var written, default, null));
        Assert.Equal(Text, chars[..written].ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("01890a5d-ac96-774b-bcce-b302099a805")]
    [InlineData("{01890a5d-ac96-774b-bcce-b302099a8057}")]
    [InlineData("01890a5dac96774bbcceb302099a8057")]
    public void OtherTextIsNoId(string text)
    {
        Assert.False(MessageId.TryParse(text, out var id));
        Assert.True(id.IsNone);
    }

    [Fact]
    public void ShortSpansAreRefused()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => MessageId.ReadFrom(new byte[15]));
        Assert.Throws<ArgumentOutOfRangeException>(() => MessageId.None.WriteTo(new byte[15]));
    }
}
