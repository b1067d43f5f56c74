using System.Buffers;
using V1 = Evolution.V1;
using V2 = Evolution.V2;
using V3 = Evolution.V3;

namespace HighPerf.Evolution.Tests;

/// <summary>Every version's bytes in every other version's hands.</summary>
public sealed class PairTests
{
    private static readonly Guid s_id = Guid.NewGuid();
    private static readonly V1.Ordered s_first = new(s_id, 9.5, "Ada");
    private static readonly V2.Ordered s_second = new(s_id, 9.5, "Ada", "gift", 3);
    private static readonly V3.Ordered s_third = new(s_id, 9.5m, "Ada");

    [Fact]
    public void Each_reads_its_own()
    {
        Assert.Equal(s_first, Read<V1.Ordered, V1.Ordered>(s_first));
        Assert.Equal(s_second, Read<V2.Ordered, V2.Ordered>(s_second));
        Assert.Equal(s_third, Read<V3.Ordered, V3.Ordered>(s_third));
    }

    [Fact]
    public void A_member_at_the_end_is_compatible_both_ways()
    {
        Assert.Equal(new V2.Ordered(s_id, 9.5, "Ada", null, 0), Read<V1.Ordered, V2.Ordered>(s_first));
        Assert.Equal(s_first, Read<V2.Ordered, V1.Ordered>(s_second));
    }

    [Fact]
    public void An_upcast_reads_every_state_of_the_earlier_version()
    {
        Assert.Equal(s_third, Read<V1.Ordered, V3.Ordered>(s_first));
        Assert.Equal(s_third, Read<V2.Ordered, V3.Ordered>(s_second));
    }

    [Fact]
    public void An_earlier_version_does_not_read_a_later_one()
    {
        var later = MessageDescriptor.Of<V3.Ordered>();
        Assert.False(MessageDescriptor.Of<V1.Ordered>().Reads(later.Fingerprint));
        Assert.False(MessageDescriptor.Of<V2.Ordered>().Reads(later.Fingerprint));
        Assert.Equal((1, 1, 2), (MessageDescriptor.Of<V1.Ordered>().Version, MessageDescriptor.Of<V2.Ordered>().Version, later.Version));
    }

    [Fact]
    public void Within_another_message_the_shorter_one_is_read_and_the_longer_one_is_newer()
    {
        Assert.Equal(new V2.Address("Main Street", "Bonn", null), ReadPlain<V2.Address>(Write(new V1.Address("Main Street", "Bonn"))));
        var newer = Assert.Throws<MessageFormatException>(() => ReadPlain<V1.Address>(Write(new V2.Address("Main Street", "Bonn", "DE"))));
        Assert.True(newer.IsNewer);
        Assert.Contains("shop.address", newer.Message, StringComparison.Ordinal);
        Assert.Contains("Member 3", newer.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Fingerprints_of_earlier_states_are_known_and_others_are_not()
    {
        var (first, second) = (MessageDescriptor.Of<V1.Ordered>(), MessageDescriptor.Of<V2.Ordered>());
        Assert.NotEqual(first.Fingerprint, second.Fingerprint);
        Assert.Contains(first.Fingerprint, second.Earlier);
        Assert.True(second.Reads(first.Fingerprint));
        Assert.Equal(["Id", "Total", "Customer", "Note", "Items"], second.Members);
        Assert.True(MessageDescriptor.Of<V3.Ordered>().Reads(first.Fingerprint));
        Assert.True(MessageDescriptor.Of<V3.Ordered>().Reads(second.Fingerprint));

        // Nothing is known of 0: a publisher without a generator.
        Assert.True(first.Reads(0));
        Assert.False(first.Reads(1));
    }

    /// <summary>Version-tolerant: whatever a version has not, it skips, and what it has and the other has not stays at its default.</summary>
    [Fact]
    public void Version_tolerant_members_may_come_and_go_anywhere()
    {
        var (first, second, third) = (Shop.FirstStocked(s_id), Shop.SecondStocked(s_id), Shop.ThirdStocked(s_id));
        Assert.Equal((s_id, 4, "A7"), Of(Read<V1.Stocked, V1.Stocked>(first)!));
        Assert.Equal((s_id, 4, "A7"), Of(Read<V2.Stocked, V1.Stocked>(second)!));
        Assert.Equal((s_id, 0, null), Of(Read<V3.Stocked, V1.Stocked>(third)!));
        Assert.Equal((s_id, null, 4, "A7", null), Of(Read<V1.Stocked, V2.Stocked>(first)!));
        Assert.Equal((s_id, "tea", 4, "A7", "DE"), Of(Read<V2.Stocked, V2.Stocked>(second)!));
        Assert.Equal((s_id, "tea", 0, null, "DE"), Of(Read<V3.Stocked, V2.Stocked>(third)!));
        Assert.Equal((s_id, null, null, 0), Of(Read<V1.Stocked, V3.Stocked>(first)!));
        Assert.Equal((s_id, "tea", "Bonn", 0), Of(Read<V2.Stocked, V3.Stocked>(second)!));
        Assert.Equal((s_id, "tea", "Bonn", 1.5), Of(Read<V3.Stocked, V3.Stocked>(third)!));
    }

    private static (Guid, int, string?) Of(V1.Stocked s) => (s.Id, s.Count, s.Shelf);

    private static (Guid, string?, int, string?, string?) Of(V2.Stocked s) => (s.Id, s.Product, s.Count, s.Shelf, s.Warehouse?.Country);

    private static (Guid, string?, string?, double) Of(V3.Stocked s) => (s.Id, s.Product, s.Warehouse?.City, s.Weight);

    private static byte[] Write<T>(T value)
        where T : IMessage<T>
    {
        var output = new ArrayBufferWriter<byte>();
        var writer = new MessageWriter(output);
        T.Write(ref writer, value);
        writer.Flush();
        return output.WrittenSpan.ToArray();
    }

    private static TReader? Read<TWriter, TReader>(TWriter value)
        where TWriter : IMessage<TWriter>
        where TReader : IMessage<TReader>
    {
        var reader = MessageReader.OfBody(Write(value));
        return TReader.Read(ref reader, TWriter.Descriptor.Fingerprint);
    }

    private static T? ReadPlain<T>(byte[] bytes)
        where T : IMessage<T>
    {
        var reader = new MessageReader(bytes);
        return T.Read(ref reader);
    }
}
