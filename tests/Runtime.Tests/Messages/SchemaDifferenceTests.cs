using HighPerf.Messages;

namespace HighPerf.Tests.Messages;

/// <summary>What a reader makes of the fingerprint of another version. The fingerprints are those that the generator gives these contracts; one wire name, several shapes.</summary>
public sealed class SchemaDifferenceTests
{
    private static readonly MessageDescriptor s_here = MessageDescriptor.Of<Shapes.Known>().Under("shape");

    [Fact]
    public void More_members_at_the_end_are_only_longer()
    {
        var longer = MessageDescriptor.Of<Shapes.Longer>().Fingerprint;
        Assert.True(SchemaDifference.IsLonger(s_here, longer, [5]));
        Assert.True(s_here.Reads(longer, [5]));
        Assert.False(s_here.Reads(longer));

        // Not with a count that says otherwise.
        Assert.False(s_here.Reads(longer, [3]));
        Assert.False(s_here.Reads(longer, []));
    }

    [Fact]
    public void A_member_of_another_type_is_named()
    {
        var other = MessageDescriptor.Of<Shapes.Retyped>().Fingerprint;
        Assert.False(s_here.Reads(other, [3]));
        var text = SchemaDifference.Describe(s_here, other, [3]);
        Assert.Contains("the member 'Total' stands in the way", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_longer_message_with_a_member_of_another_type_is_not_only_longer()
    {
        var other = MessageDescriptor.Of<Shapes.RetypedAndLonger>().Fingerprint;
        Assert.False(s_here.Reads(other, [4]));
        Assert.Contains("'Total'", SchemaDifference.Describe(s_here, other, [4]), StringComparison.Ordinal);
    }

    [Fact]
    public void Another_version_is_named()
    {
        var text = SchemaDifference.Describe(s_here, MessageDescriptor.Of<Shapes.Second>().Fingerprint, [3]);
        Assert.Contains("is of version 2 and version 1 is known here", text, StringComparison.Ordinal);
        text = SchemaDifference.Describe(MessageDescriptor.Of<Shapes.Second>(), s_here.Fingerprint, [3]);
        Assert.Contains("[Upcast(from: 1)]", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_struct_that_is_its_memory_has_no_member_count()
    {
        var raw = MessageDescriptor.Of<Shapes.Raw>();
        Assert.Empty(raw.Earlier);
        Assert.Equal(2, raw.Members.Count);
        Assert.False(raw.Reads(MessageDescriptor.Of<Shapes.Longer>().Fingerprint, [200, 1]));
        Assert.Contains("contracts.lock", SchemaDifference.Describe(raw, raw.Fingerprint ^ 1, [200, 1]), StringComparison.Ordinal);
    }

    [Fact]
    public void An_envelope_of_a_later_major_version_is_newer_and_noise_is_not()
    {
        var bytes = new byte[EnvelopeCodec.FixedSize];
        bytes[0] = EnvelopeCodec.Major + 1;
        Assert.True(EnvelopeCodec.IsNewer(bytes));
        Assert.False(EnvelopeCodec.IsNewer(bytes.AsSpan(1)));
        bytes[0] = 200;
        Assert.False(EnvelopeCodec.IsNewer(bytes));
    }
}
