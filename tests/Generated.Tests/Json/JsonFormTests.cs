using Warehouse.Stock;
using Xunit;

namespace HighPerf.Generated.Tests.Json;

/// <summary>What each type looks like, written by hand.</summary>
public sealed class JsonFormTests
{
    private static readonly Forms Full = new()
    {
        Number = -5,
        Long = long.MinValue,
        Unsigned = ulong.MaxValue,
        Money = 1.50m,
        Real = 0.1,
        Single = 1.5f,
        Flag = true,
        Letter = 'ä',
        Text = "a\"b\\c\n€😀<&'",
        Id = new Guid("00112233-4455-6677-8899-aabbccddeeff"),
        At = new DateTime(2024, 2, 29, 1, 2, 3, DateTimeKind.Utc),
        Due = new DateTimeOffset(2024, 2, 29, 1, 2, 3, 450, TimeSpan.FromHours(-3.5)),
        Wait = new TimeSpan(1, 2, 3, 4, 5),
        Day = new DateOnly(2024, 2, 29),
        Clock = new TimeOnly(23, 59, 1),
        Raw = [0xFB, 0xFF, 0x00],
        Colour = Colour.Green,
        Rights = Rights.Read | Rights.Write,
        Maybe = 7,
        Link = new Uri("https://example.com/a?b=c"),
        Version = new Version(1, 2, 3),
        List = [1, 2],
        ByName = new() { ["A b"] = 1 },
        ByNumber = new() { [3] = "x" },
        ByColour = new() { [Colour.Red] = true },
    };

    private const string Text = """
        {"number":-5,"long":-9223372036854775808,"unsigned":18446744073709551615,"money":1.50,"real":0.1,"single":1.5,"flag":true,"letter":"ä",
        "text":"a\"b\\c\n€😀<&'","id":"00112233-4455-6677-8899-aabbccddeeff","at":"2024-02-29T01:02:03Z","due":"2024-02-29T01:02:03.45-03:30",
        "wait":"1.02:03:04.0050000","day":"2024-02-29","clock":"23:59:01","raw":"+/8A","colour":5,"rights":3,"maybe":7,"link":"https://example.com/a?b=c",
        "version":"1.2.3","list":[1,2],"byName":{"A b":1},"byNumber":[[3,"x"]],"byColour":[[0,true]]}
        """;

    [Fact]
    public void EveryForm()
    {
        // The encoder writes characters outside the first plane as escapes.
        Assert.Equal(Text.Replace("\n", "", StringComparison.Ordinal).Replace("😀", "\\uD83D\\uDE00", StringComparison.Ordinal), JsonText.Write(Full));
        Assert.Equal(Codec.Write(Full), Codec.Write(JsonText.Read<Forms>(Text)));
    }

    [Fact]
    public void NothingIsDefaultsAndNulls()
    {
        Assert.Equal(Codec.Write(new Forms()), Codec.Write(JsonText.Read<Forms>("{}")));
        Assert.Null(JsonText.Read<Forms>("null"));
        Assert.Equal("null", JsonText.Write<Forms>(null));
    }

    [Theory]
    [InlineData("5", 5)]
    [InlineData("\"Green\"", 5)]
    [InlineData("\"Emerald\"", 5)]
    [InlineData("\"Infrared\"", 7)]
    [InlineData("99", 99)]
    [InlineData("\"5\"", 5)]
    public void EnumsAreReadAsNumberAndName(string json, int value)
        => Assert.Equal((Colour)value, JsonText.Read<Forms>($$"""{"colour":{{json}}}""")!.Colour);

    [Fact]
    public void EnumsAreWrittenAsNamesByOption()
    {
        var options = new JsonMessageOptions { EnumsAsStrings = true };
        Assert.Contains("\"colour\":\"Green\"", JsonText.Write(Full, options), StringComparison.Ordinal);
        Assert.Contains("\"rights\":3", JsonText.Write(Full, options), StringComparison.Ordinal);
        Assert.Contains("\"rights\":\"Write\"", JsonText.Write(new Forms { Rights = Rights.Write }, options), StringComparison.Ordinal);
        Assert.Contains("\"byColour\":[[\"Red\",true]]", JsonText.Write(Full, options), StringComparison.Ordinal);
        Assert.Contains("$.colour: a member of", JsonText.Refused<Forms>("""{"colour":"green"}""").Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("NaN", double.NaN)]
    [InlineData("Infinity", double.PositiveInfinity)]
    [InlineData("-Infinity", double.NegativeInfinity)]
    public void WhatIsNoNumberIsAText(string text, double value)
    {
        Assert.Contains($"\"real\":\"{text}\"", JsonText.Write(new Forms { Real = value }), StringComparison.Ordinal);
        Assert.Equal(value, JsonText.Read<Forms>($$"""{"real":"{{text}}"}""")!.Real);
        JsonText.Refused<Forms>($$"""{"real":{{text}}}""");
    }

    [Fact]
    public void HalfOfASurrogatePairIsANumberAsCharAndNoText()
    {
        Assert.Contains("\"letter\":55296", JsonText.Write(new Forms { Letter = '\uD800' }), StringComparison.Ordinal);
        Assert.Equal('\uD800', JsonText.Read<Forms>("""{"letter":55296}""")!.Letter);
        Assert.Throws<MessageFormatException>(() => JsonText.Write(new Forms { Text = "a\uD800b" }));
        Assert.Throws<MessageFormatException>(() => JsonText.Write(new Forms { ByName = new() { ["\uDC00"] = 1 } }));
    }

    [Fact]
    public void KeysThatHaveTheFormOfTextMayBeAnObjectsNames()
    {
        var read = JsonText.Read<Forms>("""{"byNumber":{"3":"x","-4":"y"},"byColour":{"Red":true,"5":false}}""")!;
        Assert.Equal(new Dictionary<int, string> { [3] = "x", [-4] = "y" }, read.ByNumber);
        Assert.Equal(new Dictionary<Colour, bool> { [Colour.Red] = true, [Colour.Green] = false }, read.ByColour);
    }

    [Theory]
    [InlineData("\"2024-02-29T01:02:03\"", DateTimeKind.Unspecified)]
    [InlineData("\"2024-02-29T01:02:03Z\"", DateTimeKind.Utc)]
    [InlineData("\"2024-02-29T01:02:03+01:00\"", DateTimeKind.Local)]
    public void TheKindOfATimeIsKept(string json, DateTimeKind kind)
    {
        var at = JsonText.Read<Forms>($$"""{"at":{{json}}}""")!.At;
        Assert.Equal(kind, at.Kind);
        Assert.Equal(at, JsonText.Read<Forms>(JsonText.Write(new Forms { At = at }))!.At);
    }

    [Fact]
    public void ATimeWithAnOffsetNeedsOne()
        => Assert.Contains("$.due", JsonText.Refused<Forms>("""{"due":"2024-02-29T01:02:03"}""").Message, StringComparison.Ordinal);

    [Fact]
    public void NamesAndIgnoredMembers()
    {
        var value = new Named { Id = 1, Secret = "s", IPAddress = "i", URL = "u", Twice = "a", twice = "b" };
        Assert.Equal("""{"the-id":1,"always":0,"ipAddress":"i","url":"u","twice":"a","twice_":"b"}""", JsonText.Write(value));
        value.Note = "n";
        value.Level = 2;
        value.Maybe = 3;
        var read = JsonText.Read<Named>(JsonText.Write(value))!;
        Assert.Equal(("n", 2, 3, "a", "b", null), (read.Note, read.Level, read.Maybe, read.Twice, read.twice, read.Secret));
        Assert.Null(JsonText.Read<Named>("""{"secret":"s"}""")!.Secret);
    }

    [Fact]
    public void StructsAreObjectsOfTheirPublicMembers()
    {
        Assert.Equal("""{"pair":{"first":1,"second":true},"maybe":null,"all":[{"first":2,"second":false}]}""", JsonText.Write(new Paired(new Pair(1, true), null, [new Pair(2, false)])));
        Assert.Equal("""{"row":1,"column":2,"free":true}""", JsonText.Write<Spot>(new Spot(1, 2, true)));
        Assert.Equal("""{"x":1.5,"y":-2}""", JsonText.Write(new Point(1.5, -2)));
        Assert.Contains("Opaque has no JSON", Assert.Throws<MessageFormatException>(() => JsonText.Write(Opaque.Of(1))).Message, StringComparison.Ordinal);
        Assert.Contains("Opaque has no JSON", JsonText.Refused<Opaque>("""{"doubled":2}""").Message, StringComparison.Ordinal);
    }

    [Fact]
    public void MembersComeInAnyOrderAndEscaped()
        => Assert.Equal(new StockChanged("s", 2), JsonText.Read<StockChanged>(""" { "delta" : 2 , "\u0073k\u0075" : "\u0073" } """));

    [Fact]
    public void ArgumentsByNameAndByPosition()
    {
        Assert.Equal("""{"a":1,"b":2,"c":7}""", JsonText.Arguments(Add.Call(1, 2)));
        Assert.Equal("{}", JsonText.Arguments(Nothing.Call()));
        var named = JsonText.ReadArguments(Add.Call(0, 0), """{"b":2,"a":1}""");
        Assert.Equal((1, 2L, (byte)7), (named.a, named.b, named.c));
        var positional = JsonText.ReadArguments(Add.Call(0, 0), "[1,2,3]");
        Assert.Equal((1, 2L, (byte)3), (positional.a, positional.b, positional.c));
        var greet = JsonText.ReadArguments(Greet.Call(""), """["Ada"]""");
        Assert.Equal(("Ada", "none", DayOfWeek.Friday), (greet.name, greet.@class, greet.day));
        JsonText.ReadArguments(Nothing.Call(), "[]");
        JsonText.ReadArguments(Collect.Call([], null, null), """{"values":{}}""");
    }

    [Theory]
    [InlineData("""{"b":2}""", "'a' is missing")]
    [InlineData("[1]", "'b' is missing")]
    [InlineData("[1,2,3,4]", "more arguments")]
    [InlineData("""{"a":1,"b":2,"a":1}""", "'a' is there twice")]
    [InlineData("null", "an object or an array")]
    [InlineData("7", "an object or an array")]
    public void WrongArgumentsAreRefused(string json, string why)
        => Assert.Contains(why, Assert.Throws<MessageFormatException>(() => JsonText.ReadArguments(Add.Call(0, 0), json)).Message, StringComparison.Ordinal);
}
