using Xunit;

namespace HighPerf.Generated.Tests.Views;

/// <summary>Views say what objects say, allocate nothing and trust no byte.</summary>
public sealed class ViewTests
{
    private static readonly Parcel s_full = new(
        Guid.NewGuid(), 12, "Grüße €", new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.FromHours(2)), true, new Address("Köln", 7), [1, 2, -3], ["a", null, "", "ü"],
        [new Address("Ulm", 1), null], new() { ["x"] = 1 }, "last", 255);

    private static readonly Parcel s_empty = new(default, null, null, default, false, null, null, null, null, null, "", 0);

    public static TheoryData<Parcel> Parcels => [s_full, s_empty, s_full with { Label = "", Codes = [], Tags = [], Stops = [], Counts = [] }];

    [Theory]
    [MemberData(nameof(Parcels))]
    public void A_view_says_what_the_object_says(Parcel parcel)
    {
        var view = ParcelView.Of(MessageSerializer.Serialize(parcel));
        Assert.False(view.IsNull);
        Assert.Equal(parcel.Id, view.Id);
        Assert.Equal(parcel.Weight, view.Weight);
        Assert.Equal(parcel.Label, view.Label.Decode());
        Assert.True(view.Label.Equals(parcel.Label));
        Assert.Equal(parcel.At, view.At);
        Assert.Equal(parcel.IsFragile, view.IsFragile);
        Assert.Equal(parcel.Sender is null, view.Sender.IsNull);
        Assert.Equal(parcel.Sender, view.Sender.ToObject());
        Assert.Equal(parcel.Codes is null, view.Codes.IsNull);
        Assert.Equal(parcel.Codes ?? [], view.Codes.ToArray());
        Assert.Equal(parcel.Tags is null, view.Tags.IsNull);
        Assert.Equal(parcel.Tags?.Length ?? 0, view.Tags.Count);
        var tags = new List<string?>();
        foreach (var tag in view.Tags)
        {
            tags.Add(tag.Decode());
        }

        Assert.Equal(parcel.Tags ?? [], tags);
        var stops = new List<Address?>();
        foreach (var stop in view.Stops)
        {
            stops.Add(stop.IsNull ? null : new Address(stop.City.ToString(), stop.Number));
        }

        Assert.Equal(parcel.Stops ?? [], stops);
        Assert.Equal(parcel.Counts is null, view.Counts.IsNull);
        foreach (var entry in view.Counts)
        {
            Assert.Equal<int>(parcel.Counts![entry.Key.ToString()], entry.Value);
        }

        Assert.Equal(parcel.Last, view.Last.ToString());
        Assert.Equal(parcel.End, view.End);
        Assert.Equal(MessageSerializer.Serialize(parcel), MessageSerializer.Serialize(view.ToObject()));
    }

    [Fact]
    public void A_null_object_has_a_null_view() => Assert.True(ParcelView.Of(new byte[] { 255 }).IsNull);

    [Fact]
    public void An_older_version_s_missing_members_have_their_defaults()
    {
        var view = ParcelView.Of(MessageSerializer.Serialize(new OldParcel(s_full.Id, 3, "old")));
        Assert.Equal(s_full.Id, view.Id);
        Assert.Equal("old", view.Label.ToString());
        Assert.True(view.Codes.IsNull);
        Assert.True(view.Sender.IsNull);
        Assert.Equal(0, view.End);
    }

    [Fact]
    public void Texts_in_UTF_16_are_read_too()
    {
        // Address: 2 members, "Köln" as UTF-16, 7.
        byte[] bytes = [2, 4, 0, 0, 0, (byte)'K', 0, 0xF6, 0, (byte)'l', 0, (byte)'n', 0, 7, 0, 0, 0];
        var view = AddressView.Of(bytes);
        Assert.Equal("Köln", view.City.ToString());
        Assert.True(view.City.Equals("Köln"));
        Assert.True(view.City.Equals("Köln"u8));
        Assert.False(view.City.Equals("Kölm"));
        Assert.Equal(7, view.Number);
    }

    [Theory]
    [InlineData("", "")]
    [InlineData("a", "a")]
    [InlineData("a", "b")]
    [InlineData("a", "ab")]
    [InlineData("ab", "a")]
    [InlineData("ü€😀", "ü€😀")]
    [InlineData("ü€😀", "ü€😁")]
    [InlineData(null, "")]
    [InlineData(null, null)]
    [InlineData("", null)]
    public void Texts_are_compared_without_decoding_them(string? text, string? other)
        => Assert.Equal(text == other, AddressView.Of(MessageSerializer.Serialize(new Address(text!, 1))).City.Equals(other));

    [Fact]
    public void Long_texts_are_compared_piece_by_piece()
    {
        var text = string.Concat(Enumerable.Repeat("aü€😀", 200));
        var view = AddressView.Of(MessageSerializer.Serialize(new Address(text, 1)));
        Assert.True(view.City.Equals(text));
        Assert.False(view.City.Equals(text[..^2] + "😁"));
    }

    [Fact]
    public void A_contract_that_contains_itself_has_a_view_and_a_depth()
    {
        var view = TreeView.Of(MessageSerializer.Serialize(new Tree(1, new Tree(2, null, new Tree(3, null, null)), null)));
        Assert.Equal(3, view.Left.Right.Value);
        Assert.True(view.Right.IsNull);

        var deep = new byte[2_000_000];
        for (var i = 0; i + 5 <= deep.Length; i += 5)
        {
            deep[i] = 3;
        }

        Assert.Throws<MessageFormatException>(() => TreeView.Of(deep).IsNull);
    }

    [Fact]
    public void Members_with_a_view_s_own_names_get_others()
    {
        var view = AwkwardlyView.Of(new Awkwardly(true, "x", 3));
        Assert.True(view.IsNull_);
        Assert.Equal("x", view.ToObject_.ToString());
        Assert.Equal(3, view.@class);
    }

    [Fact]
    public void Every_truncation_and_every_mutation_is_an_error_or_a_value_and_nothing_else()
    {
        var bytes = MessageSerializer.Serialize(s_full);
        for (var length = 0; length < bytes.Length; length++)
        {
            Touch(bytes[..length]);
        }

        var seed = Environment.TickCount;
        var random = new Random(seed);
        for (var i = 0; i < 50_000; i++)
        {
            var mutated = bytes.ToArray();
            for (var n = random.Next(1, 4); n > 0; n--)
            {
                var at = random.Next(mutated.Length);
                mutated[at] = random.Next(3) switch { 0 => (byte)random.Next(256), 1 => 255, _ => (byte)(mutated[at] ^ (1 << random.Next(8))) };
            }

            try
            {
                Touch(mutated);
            }
            catch (Exception exception) when (exception is not MessageFormatException)
            {
                throw new Xunit.Sdk.XunitException($"Seed {seed}, round {i}, {Convert.ToHexString(mutated)}: {exception}");
            }
        }
    }

    [Fact]
    public void Nothing_is_allocated()
    {
        var bytes = MessageSerializer.Serialize(s_full);
        Look(bytes);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var sum = 0L;
        for (var i = 0; i < 1000; i++)
        {
            sum += Look(bytes);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.NotEqual(0, sum);
    }

    private static void Touch(byte[] bytes)
    {
        try
        {
            var view = ParcelView.Of(bytes);
            if (!view.IsNull)
            {
                Look(view);
                _ = view.Label.Decode();
                _ = view.ToObject();
            }
        }
        catch (MessageFormatException)
        {
            // What bad bytes are.
        }
    }

    private static long Look(byte[] bytes) => Look(ParcelView.Of(bytes));

    private static long Look(ParcelView view)
    {
        var sum = view.Id.GetHashCode() + (view.Weight ?? 0) + view.Label.Utf8.Length + view.At.UtcTicks + (view.IsFragile ? 1 : 0) + view.Last.Utf8.Length + view.End;
        if (!view.Sender.IsNull)
        {
            sum += view.Sender.City.Utf8.Length + view.Sender.Number;
        }

        foreach (var code in view.Codes)
        {
            sum += code;
        }

        foreach (var tag in view.Tags)
        {
            sum += tag.Utf8.Length;
        }

        foreach (var entry in view.Counts)
        {
            sum += entry.Key.Utf8.Length + entry.Value;
        }

        foreach (var stop in view.Stops)
        {
            sum += stop.IsNull ? 0 : stop.Number + stop.City.Utf8.Length;
        }

        return sum;
    }
}
