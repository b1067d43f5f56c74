using System.Text.Json;
using Warehouse.Stock;
using Xunit;

namespace HighPerf.Generated.Tests;

/// <summary>Values through the generated code and back: full, empty, null.</summary>
public sealed class RoundTripTests
{
    private static readonly DateTimeOffset Time = new(2024, 2, 29, 1, 2, 3, TimeSpan.FromHours(-3.5));

    private static Everything Full => new()
    {
        Sequence = Enumerable.Range(0, 3),
        Texts = new List<string?> { "a", null, "" },
        Times = [Time, DateTimeOffset.MinValue, DateTimeOffset.MaxValue],
        Prices = [1.5m, -0.0m, decimal.MaxValue],
        Labels = [new Label { Text = "t", Weight = 1 }, default],
        Ids = new HashSet<Guid> { Guid.Empty, new(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11) },
        Words = new HashSet<string> { "x", "y" },
        ByNumber = new Dictionary<int, Label?> { [1] = new Label { Text = "one" }, [2] = null },
        ByDay = new Dictionary<DayOfWeek, TimeOnly?> { [DayOfWeek.Friday] = TimeOnly.MaxValue, [DayOfWeek.Monday] = null },
        Flags = [true, false],
        Spots = [null, new Spot(1, long.MinValue, true)],
        Characters = "chars".ToCharArray(),
        Strings = new[] { "s", null },
        Base = new Base(3) { Note = "n" },
        Derived = [new Derived(4, "d") { Note = "m" }],
        Nested = [[new() { ["k"] = [1, 2, 3] }], []],
        Uri = new Uri("../relative path", UriKind.Relative),
        Version = new Version(1, 2, 3),
        Label = new Label { Weight = 9 },
        MaybeTimes = [Time, null],
        MaybeNumbers = [1, null],
        Lists = new List<string?>?[] { ["a", null], null },
        Original = new Everything(),
    };

    private static Everything Empty => new()
    {
        Sequence = [], Texts = [], Times = [], Prices = [], Labels = [], Ids = new HashSet<Guid>(), Words = new HashSet<string>(), ByNumber = new Dictionary<int, Label?>(),
        ByDay = new Dictionary<DayOfWeek, TimeOnly?>(), Flags = [], Spots = [], Derived = [], Nested = [], MaybeTimes = [],
    };

    public static TheoryData<string> Shapes => new("full", "empty", "null members");

    [Theory]
    [MemberData(nameof(Shapes))]
    public void EverythingComesBack(string which)
    {
        var value = which switch { "full" => Full, "empty" => Empty, _ => new Everything() };
        var bytes = Codec.Write(value);
        foreach (var size in new[] { int.MaxValue, 1, 3, 7 })
        {
            var read = Codec.Read<Everything>(Codec.Segments(bytes, size))!;
            Assert.Equal(Json(value), Json(read));
            Assert.Equal(bytes, Codec.Write(read));
        }
    }

    [Fact]
    public void EveryTruncationIsRefused()
    {
        var bytes = Codec.Write(Full);
        for (var length = 0; length < bytes.Length; length++)
        {
            Assert.Throws<MessageFormatException>(() => Codec.Read<Everything>(bytes[..length]));
        }
    }

    /// <summary>Any flipped byte is read as another value or refused with the one exception; nothing else is thrown.</summary>
    [Fact]
    public void EveryFlippedByteIsReadOrRefused()
    {
        var bytes = Codec.Write(Full);
        for (var i = 0; i < bytes.Length; i++)
        {
            foreach (var flip in new byte[] { 0x01, 0x80, 0xFF })
            {
                var copy = (byte[])bytes.Clone();
                copy[i] ^= flip;
                try
                {
                    _ = Json(Codec.Read<Everything>(copy));
                }
                catch (MessageFormatException)
                {
                }
            }
        }
    }

    [Fact]
    public void NullIsOneByte()
    {
        Assert.Equal([255], Codec.Write<Everything>(null));
        Assert.Null(Codec.Read<Everything>([255]));
    }

    [Fact]
    public void ReadOnlyInterfacesComeBackAsArraysAndOthersAsLists()
    {
        var read = Codec.RoundTrip(Full)!;
        Assert.IsType<int[]>(read.Sequence);
        Assert.IsType<string?[]>(read.Texts);
        Assert.IsType<List<decimal>>(read.Prices);
        Assert.IsType<HashSet<Guid>>(read.Ids);
        Assert.IsType<Dictionary<int, Label?>>(read.ByNumber);
    }

    [Fact]
    public void RequiredInitPrivateSetAndIgnoredMembers()
    {
        var read = Codec.RoundTrip(new Settings { Name = "n", Secret = "s", Level = 1, Hidden = 9 }.WithTime(Time))!;
        Assert.Equal(("n", 1, Time, 5), (read.Name, read.Level, read.At, read.Hidden));
        Assert.Null(read.Secret);
    }

    [Fact]
    public void MissingMembersAreDefaultAndNotTheInitialiser()
    {
        var read = Codec.Read<Settings>(Convert.FromHexString("01" + "FEFFFFFF0100000078"))!;
        Assert.Equal(("x", 0, default(DateTimeOffset)), (read.Name, read.Level, read.At));
    }

    [Fact]
    public void MoreMembersThanDeclaredAreRefused()
        => Assert.Contains("Settings", Assert.Throws<MessageFormatException>(() => Codec.Read<Settings>([4])).Message);

    [Fact]
    public void InheritedMembersComeFirst()
    {
        Assert.Equal("03" + "01000000" + "FFFFFFFF" + "FEFFFFFF0100000065", Convert.ToHexString(Codec.Write(new Derived(1, "e"))));
        Assert.Equal(new Derived(1, "e") { Note = "n" }, Codec.RoundTrip(new Derived(1, "e") { Note = "n" }));
    }

    [Fact]
    public void ABaseVariableWritesTheBaseOnly() => Assert.Equal(new Base(1), Codec.RoundTrip<Base>(new Derived(1, "e")));

    [Fact]
    public void LoneSurrogatesAreReadButNotWritten()
    {
        var read = Codec.Read<@record>(Convert.FromHexString("02" + "01000000" + "03000000610000D86200"))!;
        Assert.Equal("a\uD800b", read.@struct);
        Assert.Throws<MessageFormatException>(() => Codec.Write(read));
    }

    /// <summary>Writers that leave the UTF-16 length out: read as MemoryPack reads them, invalid bytes replaced.</summary>
    [Theory]
    [InlineData("FCFFFFFF00000000616263", "abc")]
    [InlineData("FDFFFFFF00000000C328", "\uFFFD(")]
    public void StringsWithoutALength(string hex, string expected)
        => Assert.Equal(expected, Codec.Read<@record>(Convert.FromHexString("02" + "01000000" + hex))!.@struct);

    [Fact]
    public void PaddingIsZeroWhateverTheMemoryHeld()
    {
        Span<Spot> dirty = stackalloc Spot[1];
        System.Runtime.InteropServices.MemoryMarshal.AsBytes(dirty).Fill(0xDD);
        dirty[0] = new Spot(1, 2, true);
        System.Runtime.InteropServices.MemoryMarshal.AsBytes(dirty)[1..8].Fill(0xDD);
        Assert.Equal("010000000000000002000000000000000100000000000000", Convert.ToHexString(Codec.Write<Spot>(dirty[0])));
    }

    private static string Json(Everything? value)
        => JsonSerializer.Serialize(value is null ? null : value with { Base = null }) + value?.Base + string.Join(",", value?.Strings.ToArray() ?? []);
}
