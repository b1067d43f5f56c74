using System.Text;
using HighPerf.Generated.Tests.Vectors;
using Warehouse.Stock;
using Xunit;

namespace HighPerf.Generated.Tests.Json;

/// <summary>Bad JSON is one exception with the member and the byte, and never allocates more than it justifies.</summary>
public sealed class JsonHostileTests
{
    [Theory]
    [InlineData("""{"sku":1,"delta":2}""", "$.sku", 7)]
    [InlineData("""{"sku":"a","delta":"x"}""", "$.delta", 19)]
    [InlineData("""{"sku":"a","delta":2.5}""", "$.delta", 19)]
    [InlineData("""{"sku":"a","delta":2e1}""", "$.delta", 19)]
    [InlineData("""{"sku":"a","delta":2147483648}""", "$.delta", 19)]
    [InlineData("""{"sku":"a","delta":null}""", "$.delta", 19)]
    [InlineData("""{"sku":"a","sku":"b","delta":1}""", "$.sku", 17)]
    [InlineData("""{"sku":"a","\u0073ku":"b","delta":1}""", "$.\\u0073ku", 22)]
    [InlineData("""[1]""", "$", 0)]
    [InlineData("""{"sku":"a","delta":1} 2""", "$", 22)]
    [InlineData("""{"sku":"a","delta":1""", "$.delta", 20)]
    [InlineData("""{"sku":"a",}""", "$.sku", 11)]
    [InlineData("""{"sku":"\uD800","delta":1}""", "$.sku", 7)]
    [InlineData("""{"sku":"\uDC00\uD800","delta":1}""", "$.sku", 7)]
    [InlineData("""{"sku":"\x","delta":1}""", "$.sku", 9)]
    [InlineData("""{"sku":"a","delta":01}""", "$.delta", 20)]
    [InlineData("""{"sku":"a","delta":NaN}""", "$.delta", 19)]
    [InlineData("""{"sku":'a',"delta":1}""", "$.sku", 7)]
    [InlineData("""{sku:"a","delta":1}""", "$", 1)]
    [InlineData("""{"sku":"a" /* no */,"delta":1}""", "$.sku", 11)]
    [InlineData("", "$", 0)]
    [InlineData(" ", "$", 1)]
    public void IsRefusedWithItsPlace(string json, string path, int offset)
    {
        var refused = JsonText.Refused<StockChanged>(json);
        Assert.Equal((path, offset), (refused.Path, refused.Offset));
        Assert.StartsWith(path + ": ", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"id":1,"lines":[{"sku":1},{"sku":2,"price":[]}]}""", "$.lines[1].price")]
    [InlineData("""{"book":{"a":{"zip":true}}}""", "$.book.a.zip")]
    [InlineData("""{"extra":[null,{"note":{}}]}""", "$.extra[1].note")]
    [InlineData("{\n\"id\":1,\n\"ship\":{\"zip\":x}}", "$.ship.zip")]
    public void ThePathLeadsThroughListsAndDictionaries(string json, string path) => Assert.Equal(path, JsonText.Refused<Order>(json).Path);

    [Fact]
    public void LinesAreCounted() => Assert.Equal(23, JsonText.Refused<Order>("{\n\"id\":1,\n\"ship\":{\"zip\":x}}").Offset - 1);

    [Fact]
    public void InvalidUtf8IsRefusedAnywhere()
    {
        var refused = JsonText.Refused<StockChanged>([.. "{\"unknown\":\""u8, 0xC3, 0x28, .. "\",\"sku\":\"a\",\"delta\":1}"u8]);
        Assert.Equal(12, refused.Offset);
        JsonText.Refused<StockChanged>([.. "{\"sku\":\""u8, 0xED, 0xA0, 0x80, .. "\",\"delta\":1}"u8]);
        JsonText.Refused<StockChanged>([0xEF, 0xBB, 0xBF, .. "{\"sku\":\"a\",\"delta\":1}"u8]);
    }

    [Fact]
    public void RequiredMembersAreNamed()
    {
        Assert.Contains("'name' is missing", JsonText.Refused<Settings>("""{"level":1}""").Message, StringComparison.Ordinal);
        Assert.Contains("'d' is missing", JsonText.Refused<InitOnly>("""{"c":1}""").Message, StringComparison.Ordinal);
        Assert.Equal(0, JsonText.Read<Settings>("""{"name":"n"}""")!.Level);
    }

    [Fact]
    public void UnknownMembersAreSkippedOrRefused()
    {
        const string json = """{"sku":"a","more":{"sku":[1,{"x":null}]},"delta":2}""";
        Assert.Equal(new StockChanged("a", 2), JsonText.Read<StockChanged>(json));
        var refused = JsonText.Refused<StockChanged>(json, new JsonMessageOptions { UnknownMembers = UnknownMembers.Refuse });
        Assert.Equal("$.more", refused.Path);
        Assert.Contains("'more' is not declared", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void DepthIsLimited()
    {
        Assert.NotNull(JsonText.Read<Chain>(Deep(JsonMessageWriter.MaxDepth)));
        Assert.Contains("64 levels", JsonText.Refused<Chain>(Deep(JsonMessageWriter.MaxDepth + 1)).Message, StringComparison.Ordinal);
        JsonText.Refused<Chain>(Deep(200_000));
        JsonText.Refused<StockChanged>("{\"more\":" + new string('[', 100_000));
        JsonText.Refused<StockChanged>("{\"more\":" + new string('[', 100_000) + new string(']', 100_000) + "}");
        var cycle = new Chain();
        cycle.Next = cycle;
        Assert.Throws<MessageFormatException>(() => JsonText.Write(cycle));

        // Collections between objects do not count, as in the binary format.
        var forest = new Forest();
        for (var i = 1; i < JsonMessageWriter.MaxDepth; i++)
        {
            forest = new Forest { Trees = [forest] };
        }

        Assert.Equal(Codec.Write(forest), Codec.Write(JsonText.Read<Forest>(JsonText.Write(forest))));
    }

    [Theory]
    [InlineData("79228162514264337593543950335", true)]
    [InlineData("79228162514264337593543950336", false)]
    [InlineData("0.1234567890123456789012345678", true)]
    [InlineData("0.12345678901234567890123456789", false)]
    [InlineData("1e28", true)]
    [InlineData("1e29", false)]
    [InlineData("1e-28", true)]
    [InlineData("1e-29", false)]
    [InlineData("1.000000000000000000000000000000000000", true)]
    [InlineData("100000000000000000000000000000e-5", true)]
    [InlineData("1e999999999999", false)]
    public void ADecimalIsExactOrRefused(string number, bool isExact)
    {
        var json = $$"""{"money":{{number}}}""";
        if (isExact)
        {
            Assert.Equal(decimal.Parse(number, System.Globalization.NumberStyles.Float, System.Globalization.CultureInfo.InvariantCulture), JsonText.Read<Forms>(json)!.Money);
        }
        else
        {
            JsonText.Refused<Forms>(json);
        }
    }

    [Theory]
    [InlineData("real", "1e400")]
    [InlineData("single", "1e39")]
    [InlineData("real", "\"infinity\"")]
    [InlineData("long", "9223372036854775808")]
    [InlineData("unsigned", "-1")]
    [InlineData("unsigned", "18446744073709551616")]
    [InlineData("letter", "\"ab\"")]
    [InlineData("letter", "\"\"")]
    [InlineData("letter", "65536")]
    [InlineData("letter", "\"😀\"")]
    [InlineData("flag", "1")]
    [InlineData("flag", "\"true\"")]
    [InlineData("id", "\"00112233445566778899aabbccddeeff\"")]
    [InlineData("at", "\"yesterday\"")]
    [InlineData("at", "\"2024-02-30\"")]
    [InlineData("due", "\"2024-02-29T01:02:03+15:00\"")]
    [InlineData("wait", "\"24:00:00\"")]
    [InlineData("wait", "5")]
    [InlineData("day", "\"2023-02-29\"")]
    [InlineData("clock", "\"24:00\"")]
    [InlineData("raw", "\"*\"")]
    [InlineData("raw", "[1,2]")]
    [InlineData("link", "5")]
    [InlineData("version", "\"1\"")]
    [InlineData("list", "{}")]
    [InlineData("list", "[null]")]
    [InlineData("byName", "[]")]
    [InlineData("byName", "{\"a\":1,\"a\":2}")]
    [InlineData("byNumber", "[[1]]")]
    [InlineData("byNumber", "[[1,\"a\",2]]")]
    [InlineData("byNumber", "[[]]")]
    [InlineData("byNumber", "[1]")]
    [InlineData("byNumber", "[[1,\"a\"],[1,\"b\"]]")]
    [InlineData("byNumber", "{\"a\":\"b\"}")]
    [InlineData("colour", "\"Blue\"")]
    [InlineData("colour", "\"\"")]
    [InlineData("colour", "1.5")]
    [InlineData("colour", "99999999999")]
    public void AValueOfTheWrongFormIsRefused(string member, string json)
        => Assert.StartsWith("$." + member, JsonText.Refused<Forms>($$"""{"{{member}}":{{json}}}""").Path!, StringComparison.Ordinal);

    /// <summary>Any cut and any flipped byte is read as another value or refused with the one exception; nothing else is thrown.</summary>
    [Fact]
    public void EveryCutAndEveryFlippedByte()
    {
        var random = new RandomValues(3);
        for (var round = 0; round < 10; round++)
        {
            var bytes = Encoding.UTF8.GetBytes(JsonText.Write((Everything)random.Next(typeof(Everything))!));
            for (var i = 0; i < bytes.Length; i++)
            {
                JsonText.Refused<Everything>(bytes[..i]);
                foreach (var flip in new byte[] { 0x01, 0x02, 0x10, 0x80 })
                {
                    var copy = (byte[])bytes.Clone();
                    copy[i] ^= flip;
                    try
                    {
                        _ = MessageJson.Read<Everything>(copy);
                    }
                    catch (MessageFormatException)
                    {
                    }
                }
            }
        }
    }

    [Fact]
    public void ManyElementsCostWhatTheyAre()
    {
        var json = Encoding.UTF8.GetBytes("{\"list\":[" + string.Join(',', Enumerable.Repeat("1", 100_000)) + "]}");
        _ = MessageJson.Read<Forms>(json);
        var before = GC.GetAllocatedBytesForCurrentThread();
        _ = MessageJson.Read<Forms>(json);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000 * 4 * 4);
    }

    private static string Deep(int depth) => string.Concat(Enumerable.Repeat("{\"next\":", depth - 1)) + "{}" + new string('}', depth - 1);
}
