using HighPerf.Generated.Tests.Contracts;
using Xunit;

namespace HighPerf.Generated.Tests.Views;

/// <summary>Views of the layouts that are not the ordinary one, and of what other versions wrote.</summary>
public sealed class ViewLayoutTests
{
    private static readonly Stage s_stage = new(7, "seven", new Address("Ulm", 1), [new Address("Bonn", 2), null], new() { ["x"] = 3 }, new DateTime(2026, 3, 4), new Uri("https://example.org/"));

    [Fact]
    public void A_version_tolerant_contract_has_a_view()
    {
        var view = StageView.Of(MessageSerializer.Serialize(s_stage));
        Assert.Equal(7, view.Number);
        Assert.Equal("seven", view.Name.ToString());
        Assert.Equal("Ulm", view.Place.City.ToString());
        Assert.Equal(2, view.Stops.Count);
        Assert.Equal(s_stage.Until, view.Until);
        Assert.Equal(s_stage.Site, view.Site);
    }

    [Fact]
    public void Members_that_another_version_left_out_have_their_defaults_and_unknown_ones_are_passed()
    {
        byte[] bytes = [.. MessageSerializer.Serialize(new OtherStage(8, new string('g', 300), "eight", "new")), 1, 2, 3];
        var reader = new MessageReader(bytes);
        var view = StageView.Read(ref reader);
        Assert.Equal(bytes.Length - 3, reader.Position);
        Assert.Equal(8, view.Number);
        Assert.Equal("eight", view.Name.ToString());
        Assert.True(view.Place.IsNull);
        Assert.True(view.Stops.IsNull);
        Assert.True(view.Counts.IsNull);
        Assert.Null(view.Until);
        Assert.Null(view.Site);
        Assert.Equal(new Stage(8, "eight", null, null, null, null, null), view.ToObject());
    }

    [Fact]
    public void A_default_that_only_the_object_knows_is_the_object_s()
    {
        var view = PersonV2View.Of(MessageSerializer.Serialize(new PersonV1 { Id = 1, Name = "n" }));
        Assert.Equal(7, view.Level);
        Assert.Equal("n", view.Name.ToString());
        Assert.True(view.Avatar.IsNull);
    }

    [Fact]
    public void A_union_has_a_tag_and_cases()
    {
        var view = IShapeView.Of(MessageSerializer.Serialize<IShape>(new Cluster([new Circle(1.5), new Dot(2, 3), null], "n")));
        Assert.False(view.IsNull);
        Assert.Equal(300, view.Tag);
        Assert.False(view.TryGetCircle(out var none));
        Assert.True(none.IsNull);
        Assert.True(view.TryGetCluster(out var cluster));
        Assert.Equal("n", cluster.Name.ToString());
        var seen = new List<string>();
        foreach (var shape in cluster.Shapes)
        {
            seen.Add(shape.TryGetCircle(out var circle) ? $"circle {circle.Radius}" : shape.TryGetDot(out var dot) ? $"dot {dot.X} {dot.Y}" : shape.IsNull ? "null" : "?");
        }

        Assert.Equal(["circle 1.5", "dot 2 3", "null"], seen);
        Assert.True(IShapeView.Of(new byte[] { 255 }).IsNull);
        Assert.Throws<MessageFormatException>(() => IShapeView.Of(new byte[] { 9, 0 }).IsNull);
    }

    [Fact]
    public void A_collection_contract_has_items()
    {
        var seen = new List<string>();
        foreach (var tag in TagsView.Of(new Tags { "a", "b" }).Items)
        {
            seen.Add(tag.ToString());
        }

        Assert.Equal(["a", "b"], seen);
        Assert.True(TagsView.Of(new byte[] { 255, 255, 255, 255 }).IsNull);
    }

    [Fact]
    public void A_newer_version_s_body_is_read_in_place()
    {
        var reader = MessageReader.OfBody(MessageSerializer.Serialize(new NewAddress("Ulm", 3, "DE")));
        var before = GC.GetAllocatedBytesForCurrentThread();
        var view = AddressView.Read(ref reader);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal("Ulm", view.City.ToString());
        Assert.Equal(3, view.Number);
        Assert.Equal(new Address("Ulm", 3), view.ToObject());

        // It is an error where it is not the whole body, as for the object.
        Assert.Throws<MessageFormatException>(() => AddressView.Of(MessageSerializer.Serialize(new NewAddress("Ulm", 3, "DE"))).IsNull);
    }

    [Fact]
    public void The_error_names_the_member_and_the_offset_as_the_object_s_does()
    {
        var bytes = MessageSerializer.Serialize(s_stage)[..^30];
        var expected = Assert.Throws<MessageFormatException>(() => MessageSerializer.Deserialize<Stage>(bytes));
        var found = Assert.Throws<MessageFormatException>(() => StageView.Of(bytes).IsNull);
        Assert.Equal(expected.Message, found.Message);
        Assert.Equal(expected.Offset, found.Offset);
    }

    [Fact]
    public void Collections_within_themselves_have_a_depth()
    {
        var deep = new byte[8_000_000];
        for (var i = 0; i < deep.Length; i += 4)
        {
            deep[i] = 1;
        }

        Assert.Throws<MessageFormatException>(() => NestView.Of(deep).IsNull);
        Assert.Throws<MessageFormatException>(() => MessageSerializer.Deserialize<Nest>(deep));
    }

    [Fact]
    public void Nothing_is_allocated()
    {
        var stage = MessageSerializer.Serialize(s_stage with { Site = null });
        var shape = MessageSerializer.Serialize<IShape>(new Cluster([new Circle(1.5), new Dot(2, 3), null], "n"));
        var composed = MessageSerializer.Serialize(new Composed(
            [[1, 2], [3]], [["a", null], null], new() { ["s"] = [new Address("c", 1)] }, new() { [1] = new DateTime(2026, 1, 1) }, new() { [1] = 2.5m, [2] = null },
            new() { [Guid.NewGuid()] = "n" }, [new DateTimeOffset(2026, 1, 1, 1, 1, 1, TimeSpan.FromHours(1)), null], [true, null, false], [new DateOnly(2026, 1, 1), null],
            [1, 2], [new Corner(1, 2, 3)], [[], []], null, new Corner(4, 5, 6)));
        var sum = 0L;
        for (var i = 0; i < 100; i++)
        {
            sum += Look(stage, shape, composed);
        }

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            sum += Look(stage, shape, composed);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.NotEqual(0, sum);
    }

    private static long Look(byte[] stage, byte[] shape, byte[] composed)
    {
        var view = StageView.Of(stage);
        var sum = view.Number + view.Name.Utf8.Length + view.Place.Number + view.Until!.Value.Ticks;
        foreach (var stop in view.Stops)
        {
            sum += stop.IsNull ? 0 : stop.Number;
        }

        foreach (var entry in view.Counts)
        {
            sum += entry.Key.Utf8.Length + entry.Value;
        }

        if (IShapeView.Of(shape).TryGetCluster(out var cluster))
        {
            foreach (var one in cluster.Shapes)
            {
                sum += one.TryGetDot(out var dot) ? dot.Y : 0;
            }
        }

        return sum + Look(ComposedView.Of(composed));
    }

    private static long Look(ComposedView view)
    {
        var sum = (long)view.Corner.X + view.Nest.Items.Count + view.Numbers[1] + view.Corners[0].Y;
        foreach (var row in view.Grid)
        {
            foreach (var cell in row)
            {
                sum += cell;
            }
        }

        foreach (var line in view.Words)
        {
            foreach (var word in line)
            {
                sum += word.Utf8.Length;
            }
        }

        foreach (var street in view.Streets)
        {
            foreach (var address in street.Value)
            {
                sum += address.Number + street.Key.Utf8.Length;
            }
        }

        foreach (var (day, date) in view.Days)
        {
            sum += day + date.Ticks;
        }

        foreach (var (number, price) in view.Prices)
        {
            sum += number + (price is null ? 0 : 1);
        }

        foreach (var name in view.Names)
        {
            sum += name.Key.Value.GetHashCode() + name.Value.Utf8.Length;
        }

        foreach (var instant in view.Instants)
        {
            sum += instant?.UtcTicks ?? 0;
        }

        foreach (var flag in view.Flags)
        {
            sum += flag is true ? 1 : 0;
        }

        foreach (var date in view.Dates)
        {
            sum += date?.DayNumber ?? 0;
        }

        return sum;
    }
}
