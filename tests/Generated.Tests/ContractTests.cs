using System.Buffers;
using HighPerf.Generated.Tests.Contracts;
using Xunit;

[assembly: HighPerf.Formatter<ZoneFormatter>]
[assembly: HighPerf.MessageType(typeof(List<IShape>))]
[assembly: HighPerf.MessageType(typeof(Page<Page<int>>))]

namespace HighPerf.Generated.Tests;

/// <summary>Contracts with HighPerf's own attributes, and the serializer for code outside of the runtime.</summary>
public sealed class ContractTests
{
    [Fact]
    public void Unions()
    {
        List<IShape> shapes = [new Circle(1.5), new Dot(1, 2), new Cluster([null, new Dot(3, 4)], "g"), null!];
        var read = Trip(shapes)!;
        Assert.Equal(shapes[..2], read[..2]);
        var cluster = Assert.IsType<Cluster>(read[2]);
        Assert.Equal("g", cluster.Name);
        Assert.Equal([null, new Dot(3, 4)], cluster.Shapes!);
        Assert.Null(read[3]);

        var text = Assert.IsType<Text>(Trip<Message>(new Text { Sequence = 4, Body = "b" }));
        Assert.Equal((4, "b"), (text.Sequence, text.Body));
        Assert.Null(Trip<Message>(null));
        Assert.Null(Trip<IShape>(null));
    }

    [Fact]
    public void AnUnknownCaseIsAnError()
    {
        Assert.Throws<MessageFormatException>(() => MessageSerializer.Deserialize<IShape>([7]));
        Assert.Throws<MessageFormatException>(() => MessageSerializer.Serialize<IShape>(new Stranger()));
    }

    [Fact]
    public void OldAndNewReadEachOther()
    {
        var old = MessageSerializer.Serialize(new PersonV1 { Id = 1, Name = "n" });
        var newer = MessageSerializer.Deserialize<PersonV2>(old)!;
        Assert.Equal((1, 7, "n", null), (newer.Id, newer.Level, newer.Name, newer.Avatar));
        var bytes = MessageSerializer.Serialize(new PersonV2 { Id = 2, Level = 3, Name = "m", Avatar = new Circle(9) });
        var older = MessageSerializer.Deserialize<PersonV1>(bytes)!;
        Assert.Equal((2, "m"), (older.Id, older.Name));
    }

    [Fact]
    public void Graphs()
    {
        var boss = new Employee { Name = "b", Reports = [] };
        boss.Boss = boss;
        boss.Reports.Add(new Employee { Name = "r", Boss = boss });
        boss.Reports.Add(boss.Reports[0]);
        var read = Trip(boss)!;
        Assert.Same(read, read.Boss);
        Assert.Same(read.Reports![0], read.Reports[1]);
        Assert.Same(read, read.Reports[0].Boss);
        Assert.Equal("r", read.Reports[1].Name);
    }

    [Fact]
    public void Everything()
    {
        var value = new Everywhere(11)
        {
            Odd = "a\uD800",
            Common = "common",
            Flags = [true, false, true],
            Upper = "loud",
            Home = new Uri("http://h/"),
            Zone = TimeZoneInfo.Utc,
            Dots = new Page<Dot> { Items = [new Dot(1, 2)], Next = new Page<Dot>() },
            Words = new Page<string?> { Items = ["a", null] },
            Tags = ["t"],
            Pair = (5, "p"),
            Shape = new Dot(6, 7),
            Message = new Blob { Sequence = 8, Body = [9] },
        }.WithNote("note");
        var read = Trip(value)!;
        Assert.Equal(11, read.SeenValue);
        Assert.Equal("note", read.Note);
        Assert.Equal("a\uD800", read.Odd);
        Assert.Same(string.IsInterned("common"), read.Common);
        Assert.Equal([true, false, true], read.Flags!);
        Assert.Equal("LOUD", read.Upper);
        Assert.Equal(value.Home, read.Home);
        Assert.Same(TimeZoneInfo.Utc, read.Zone);
        Assert.Equal([new Dot(1, 2)], read.Dots!.Items!);
        Assert.NotNull(read.Dots.Next);
        Assert.True(read.Words!.Items is ["a", null]);
        Assert.Equal(["t"], read.Tags!);
        Assert.Equal((5, "p"), read.Pair);
        Assert.Equal(new Dot(6, 7), read.Shape);
        Assert.Equal([9], Assert.IsType<Blob>(read.Message).Body!);
        Assert.Equal(["writing", "written"], value.Calls.Take(2));
        Assert.Equal(["read"], read.Calls);
        Assert.Equal([1, 2], Trip(new Page<Page<int>> { Items = [new Page<int> { Items = [1, 2] }] })!.Items![0].Items!);
    }

    /// <summary>Lengths that need three and five bytes, objects within objects, and outputs whose every span is barely enough.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    [InlineData(100_000)]
    public void LengthsAreFilledInAcrossSpans(int size)
    {
        var cluster = new Cluster([new Cluster([new Circle(1), new Cluster(null, new string('x', size))], new string('y', size)), new Dot(1, 2)], new string('z', size));
        var expected = MessageSerializer.Serialize(cluster);
        var output = new NarrowOutput();
        MessageSerializer.Serialize(output, cluster);
        Assert.Equal(expected, output.ToArray());
        Assert.Equal(expected, MessageSerializer.Serialize(MessageSerializer.Deserialize<Cluster>(expected)));
    }

    [Fact]
    public void AnErrorNamesTheMemberAndTheOffset()
    {
        var bytes = MessageSerializer.Serialize(new PersonV2 { Id = 1, Name = "nm", Avatar = new Circle(2) });
        var error = Assert.Throws<MessageFormatException>(() => MessageSerializer.Deserialize<PersonV2>(bytes.AsSpan(0, bytes.Length - 3)));
        Assert.Equal("HighPerf.Generated.Tests.Contracts.Circle.Radius", error.Member);
        Assert.Equal(bytes.Length - 8, error.Offset);
        Assert.StartsWith("HighPerf.Generated.Tests.Contracts.Circle.Radius: ", error.Message);
        Assert.EndsWith($"(at byte {error.Offset})", error.Message);

        // A run of fixed-size members: the second of them is wrong; the bytes end in the third.
        var run = MessageSerializer.Serialize(new Vectors.TimeBag());
        run.AsSpan(17, 8).Fill(0xFF);
        error = Assert.Throws<MessageFormatException>(() => MessageSerializer.Deserialize<Vectors.TimeBag>(run));
        Assert.Equal(("HighPerf.Generated.Tests.Vectors.TimeBag.At", 17), (error.Member, error.Offset));
        run = MessageSerializer.Serialize(new Vectors.TimeBag());
        error = Assert.Throws<MessageFormatException>(() => MessageSerializer.Deserialize<Vectors.TimeBag>(run.AsSpan(0, 30)));
        Assert.Equal("HighPerf.Generated.Tests.Vectors.TimeBag.Off", error.Member);
    }

    [Fact]
    public void ATypeThatNobodyNamedIsAnError()
    {
        var error = Assert.Throws<NotSupportedException>(() => MessageSerializer.Serialize(new Stranger()));
        Assert.Contains("MessageType", error.Message);
        Assert.Throws<NotSupportedException>(() => MessageSerializer.Deserialize<Stranger>(default(ReadOnlySequence<byte>)));
    }

    private static T? Trip<T>(T? value)
    {
        var output = new ArrayBufferWriter<byte>();
        MessageSerializer.Serialize(output, value);
        Assert.Equal(output.WrittenSpan.ToArray(), MessageSerializer.Serialize(value));
        return MessageSerializer.Deserialize<T>(Codec.Segments(output.WrittenSpan.ToArray(), 5));
    }

    private sealed class Stranger : IShape;
}
