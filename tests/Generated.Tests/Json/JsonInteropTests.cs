using System.Text;
using System.Text.Json;
using Warehouse.Stock;
using Xunit;

namespace HighPerf.Generated.Tests.Json;

/// <summary>System.Text.Json with web defaults reads what is written here, and what it writes is read here.</summary>
public sealed class JsonInteropTests
{
    private static readonly JsonSerializerOptions s_web = new(JsonSerializerDefaults.Web);

    [Fact]
    public void FormsOfEveryType() => Both(new Forms
    {
        Number = 1, Long = long.MaxValue, Unsigned = ulong.MaxValue, Money = 12.340m, Real = 1e-7, Single = float.MaxValue, Flag = true, Letter = 'x', Text = "é\u2028\"<😀",
        Id = Guid.NewGuid(), At = new DateTime(2024, 1, 2, 3, 4, 5, 678, DateTimeKind.Utc), Due = new DateTimeOffset(2024, 1, 2, 3, 4, 5, TimeSpan.FromHours(5.5)),
        Wait = TimeSpan.FromMilliseconds(-1234567), Day = new DateOnly(1, 1, 1), Clock = new TimeOnly(1, 2, 3, 4), Raw = [1, 2, 3, 255], Colour = Colour.Green,
        Rights = Rights.Read | Rights.Write, Maybe = 3, Link = new Uri("a/b", UriKind.Relative), Version = new Version(1, 2), List = [3, 4], ByName = new() { ["K"] = 1 },
    });

    [Fact]
    public void NullsAndDefaults() => Both(new Forms());

    [Fact]
    public void NestedAndInherited()
    {
        Both(new Shelf { Code = "c", History = [new StockChanged("a", 1), new StockChanged("b", -1)] });
        Both(new Derived(1, "e") { Note = "n" });
        Both(new Point(1.5, -0.0));
        Both(new Paired(new Pair(1, true), new Pair(2, false), []));
        Both(new Chain { Value = 1, Next = new Chain { Value = 2 } });
    }

    /// <summary>The one difference: keys that are no strings are names there and pairs here. Names are read.</summary>
    [Fact]
    public void DictionariesWithOtherKeysAreRead()
    {
        var value = new Forms { ByNumber = new() { [1] = "a", [-2] = "b" }, ByColour = new() { [Colour.Green] = true } };
        Assert.Equal(Codec.Write(value), Codec.Write(MessageJson.Read<Forms>(JsonSerializer.SerializeToUtf8Bytes(value, s_web))));
    }

    // The order is another one where members are inherited.
    private static IEnumerable<string> Names(JsonDocument document) => document.RootElement.EnumerateObject().Select(p => p.Name).Order(StringComparer.Ordinal);

    private static void Both<T>(T value)
        where T : IMessage<T>
    {
        var ours = JsonText.Write(value);
        Assert.Equal(Codec.Write(value), Codec.Write(JsonSerializer.Deserialize<T>(ours, s_web)));
        var theirs = JsonSerializer.Serialize(value, s_web);
        Assert.Equal(Codec.Write(value), Codec.Write(JsonText.Read<T>(theirs)));
        using var document = JsonDocument.Parse(Encoding.UTF8.GetBytes(ours));
        using var other = JsonDocument.Parse(theirs);
        Assert.Equal(Names(other), Names(document));
    }
}
