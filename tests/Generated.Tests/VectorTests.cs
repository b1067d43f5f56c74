using System.Buffers;
using HighPerf.Generated.Tests.Vectors;
using Xunit;

namespace HighPerf.Generated.Tests;

/// <summary>Byte for byte against the golden vectors of the format, whole and cut into segments; hostile inputs against the one exception type.</summary>
public sealed class VectorTests
{
    /// <summary>The vectors whose types do not compile as messages; <c>Generators.Tests</c> sees that they do not.</summary>
    private static readonly string[] RefusedAtCompileTime =
    [
        "p/struct/auto-layout", "p/sys/type", "p/sys/tz-utc", "p/sys/tz-custom", "p/sys/bitarray-40", "p/sys/bitarray-7", "p/sys/bitarray-null", "p/sys/bitarray-member",
        "p/sys/bigint-small", "p/sys/bigint-huge", "p/sys/bigint-member", "p/sys/bag", "p/sys/bag-nulls",
    ];

    /// <summary>Malformed inputs of those types, and those about depth, which <see cref="HostileTests"/> has.</summary>
    private static readonly string[] MalformedElsewhere =
    [
        "m/sys/type-load", "m/sys/bigint-neg", "m/sys/bigint-min", "m/sys/bitarray-mismatch", "m/depth/read-5000", "m/depth/read-300000", "m/depth/read-30000-1.5MB-thread",
        "m/depth/write-999", "m/depth/write-1000", "m/depth/write-self-cycle", "m/depth/write-array-nest-3000",
    ];

    private static readonly int[] SegmentSizes = [int.MaxValue, 1, 3, 7];

    public static TheoryData<string> GoodIds => new(VectorCases.All.Select(c => c.Id));

    public static TheoryData<string> BadIds => new(MalformedCases.All.Select(c => c.Id));

    [Fact]
    public void EveryVectorIsReproducedOrRefused()
    {
        Assert.Equal(325, Vector.All.Count);
        Assert.Equal(Vector.All.Keys.Order(), VectorCases.All.Select(c => c.Id).Concat(RefusedAtCompileTime).Order());
        Assert.Equal(142, MalformedInput.All.Count);
        Assert.Equal(MalformedInput.All.Keys.Order(), MalformedCases.All.Select(c => c.Id).Concat(MalformedElsewhere).Order());
    }

    [Theory]
    [MemberData(nameof(GoodIds))]
    public void Reproduced(string id)
    {
        var one = VectorCases.All.Single(c => c.Id == id);
        var vector = Vector.All[id];
        if (one.IsUnwritable)
        {
            Assert.Throws<MessageFormatException>(one.Write);
            if (vector.Hex is not null)
            {
                Assert.Equal(one.Expected!(), one.Rewrite(new(Convert.FromHexString(vector.Hex))));
            }

            return;
        }

        var written = one.Write();
        if (one.WritesSameBytes)
        {
            Assert.True(vector.Is(written), $"expected {vector.Hex}\nwritten  {Convert.ToHexString(written)}");
        }

        var bytes = vector.IsLarge ? written : Convert.FromHexString(vector.Hex!);
        foreach (var size in SegmentSizes)
        {
            var segments = Codec.Segments(bytes, size);
            if (one.IsRefused)
            {
                Assert.Throws<MessageFormatException>(() => one.Rewrite(segments));
            }
            else
            {
                Assert.Equal(Convert.ToHexString(one.Expected?.Invoke() ?? written), Convert.ToHexString(one.Rewrite(segments)));
            }
        }
    }

    /// <summary>Every prefix of every vector is refused, and nothing but the one exception is ever thrown.</summary>
    [Theory]
    [MemberData(nameof(GoodIds))]
    public void Truncated(string id)
    {
        var one = VectorCases.All.Single(c => c.Id == id);
        var vector = Vector.All[id];
        if (vector.IsMissing)
        {
            return;
        }

        var bytes = vector.IsLarge ? one.Write() : Convert.FromHexString(vector.Hex!);
        for (var length = 0; length < bytes.Length; length += vector.IsLarge ? (bytes.Length / 50) + 1 : 1)
        {
            Assert.Throws<MessageFormatException>(() => one.Rewrite(new(bytes.AsMemory(0, length))));
        }
    }

    [Theory]
    [MemberData(nameof(BadIds))]
    public void Malformed(string id)
    {
        var one = MalformedCases.All.Single(c => c.Id == id);
        var bytes = MalformedInput.All[id]!;
        foreach (var size in SegmentSizes)
        {
            var segments = Codec.Segments(bytes, size);
            if (one.Expected is { } expected)
            {
                Assert.Equal(Convert.ToHexString(expected), Convert.ToHexString(one.Read(segments)));
                continue;
            }

            var before = GC.GetAllocatedBytesForCurrentThread();
            var thrown = Refusal(one.Read, segments);
            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.NotNull(thrown);
            Assert.InRange(thrown.Offset, 0, bytes.Length);

            // What an exception takes is in the constant.
            Assert.True(allocated <= (4 * bytes.Length) + 65_536, $"{size}: {allocated} {thrown}");
        }
    }

    private static MessageFormatException? Refusal(Func<ReadOnlySequence<byte>, byte[]> read, ReadOnlySequence<byte> bytes)
    {
        try
        {
            read(bytes);
            return null;
        }
        catch (MessageFormatException exception)
        {
            return exception;
        }
    }
}
