using HighPerf.Generated.Tests.Contracts;
using Xunit;

namespace HighPerf.Generated.Tests.Json;

/// <summary>Unions, version-tolerant and circular contracts, tuples and the like, written by hand.</summary>
public sealed class JsonContractTests
{
    [Fact]
    public void AUnionSaysItsCaseFirst()
    {
        IShape cluster = new Cluster([new Circle(1.5), new Dot(1, 2), null], "c");
        const string json = """{"$type":300,"shapes":[{"$type":0,"radius":1.5},{"$type":1,"x":1,"y":2},null],"name":"c"}""";
        Assert.Equal(json, JsonText.Write(cluster));
        Assert.Equal(Codec.Write(cluster), Codec.Write(JsonText.Read<IShape>(json, new JsonMessageOptions { UnknownMembers = UnknownMembers.Refuse })));
        Assert.Equal("""{"radius":2}""", JsonText.Write(new Circle(2)));
        Assert.Null(JsonText.Read<IShape>("null"));
    }

    [Fact]
    public void TheCaseMayComeLater()
        => Assert.Equal(new Circle(1.5), JsonText.Read<IShape>("""{"radius":1.5,"more":{"$type":1},"$type":0}"""));

    [Theory]
    [InlineData("""{"radius":1}""", "'$type' is missing")]
    [InlineData("""{"$type":7}""", "no case of the union")]
    [InlineData("""{"$type":"circle"}""", "$type is a number")]
    [InlineData("""[0]""", "an object is expected")]
    [InlineData("""{"$type":0""", "$")]
    [InlineData("""{"$type":""", "$")]
    [InlineData("""{"a":[1,}""", "$")]
    public void AUnionWithoutACaseIsRefused(string json, string why)
        => Assert.Contains(why, JsonText.Refused<IShape>(json).Message, StringComparison.Ordinal);

    [Fact]
    public void ATolerantContractIsAnObjectLikeAnyOther()
    {
        Assert.Equal("""{"id":1,"level":7,"name":"n","avatar":{"$type":1,"x":1,"y":2}}""", JsonText.Write(new PersonV2 { Id = 1, Name = "n", Avatar = new Dot(1, 2) }));
        Assert.Equal(7, JsonText.Read<PersonV2>("""{"id":1}""")!.Level);
        Assert.Equal(0, JsonText.Read<PersonV2>("""{"id":1,"level":0}""")!.Level);
        Assert.Equal("n", JsonText.Read<PersonV1>("""{"id":1,"level":7,"name":"n","avatar":{"$type":1}}""")!.Name);
    }

    [Fact]
    public void PartsHaveNames()
    {
        var value = new Parts((1, "a"), new KeyValuePair<string, int>("k", 2), new int[,] { { 1, 2, 3 }, { 4, 5, 6 } }, new Lazy<string?>("z"), 1..^2, ImmutableNumbers);
        const string json = """{"tuple":{"item1":1,"item2":"a"},"pair":{"key":"k","value":2},"matrix":{"lengths":[2,3],"values":[1,2,3,4,5,6]},"later":{"value":"z"},"range":"1..^2","numbers":[3,4]}""";
        Assert.Equal(json, JsonText.Write(value));
        Assert.Equal(Codec.Write(value), Codec.Write(JsonText.Read<Parts>(json)));
    }

    [Theory]
    [InlineData("""{"matrix":{"lengths":[2,3],"values":[1]}}""")]
    [InlineData("""{"matrix":{"lengths":[1],"values":[1]}}""")]
    [InlineData("""{"matrix":{"values":[1]}}""")]
    [InlineData("""{"matrix":{"lengths":[2147483647,0],"values":[]}}""")]
    [InlineData("""{"matrix":{"lengths":[-1,-1],"values":[1]}}""")]
    [InlineData("""{"matrix":{"lengths":[2147483000,2147483000],"values":[1]}}""")]
    [InlineData("""{"tuple":{"item1":1}}""")]
    [InlineData("""{"pair":{"key":"k"}}""")]
    [InlineData("""{"range":"1.."}""")]
    public void PartsThatDoNotFitAreRefused(string json) => JsonText.Refused<Parts>(json);

    [Fact]
    public void ACircleComesBackAsOne()
    {
        var node = new Knot { Name = "a" };
        node.Next = new Knot { Name = "b", Next = node };
        const string json = """{"$id":0,"name":"a","next":{"$id":1,"name":"b","next":{"$ref":0}}}""";
        Assert.Equal(json, JsonText.Write(node));
        var read = JsonText.Read<Knot>(json, new JsonMessageOptions { UnknownMembers = UnknownMembers.Refuse })!;
        Assert.Same(read, read.Next!.Next);
        Assert.Equal("x", JsonText.Read<Knot>("""{"name":"x"}""")!.Name);
    }

    [Theory]
    [InlineData("""{"$ref":0}""", "has the $id 0")]
    [InlineData("""{"$id":0,"next":{"$id":0}}""", "two objects")]
    [InlineData("""{"$id":0,"next":{"$ref":0,"name":"x"}}""", "stands alone")]
    [InlineData("""{"$id":"0"}""", "are numbers")]
    [InlineData("""{"$id":0,"next":{"$ref":""", "$.next")]
    public void BadReferencesAreRefused(string json, string why) => Assert.Contains(why, JsonText.Refused<Knot>(json).Message, StringComparison.Ordinal);

    private static System.Collections.Immutable.ImmutableArray<int> ImmutableNumbers => [3, 4];
}
