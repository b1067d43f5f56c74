using HighPerf.Generated.Tests.Vectors;
using Xunit;

namespace HighPerf.Generated.Tests;

/// <summary>Depth and allocation are bounded by limits and by the bytes that are there.</summary>
public sealed class HostileTests
{
    private const int SmallStack = 1536 * 1024;

    [Theory]
    [InlineData(5000, 8 * 1024 * 1024, true)]
    [InlineData(MessageWriter.MaxDepth + 1, 64 * 1024 * 1024, false)]
    [InlineData(300_000, 8 * 1024 * 1024, false)]
    [InlineData(30_000, SmallStack, false)]
    [InlineData(MessageWriter.MaxDepth - 1, 256 * 1024, false)]
    public void DepthIsLimitedOnReading(int depth, int stack, bool accepted)
    {
        var bytes = MalformedInput.Deep(depth);
        var (value, thrown) = OnStack(stack, () => MessageSerializer.Deserialize<Deep>(bytes));
        Assert.Equal(accepted, value is not null);
        Assert.Equal(accepted, thrown is null);
    }

    /// <summary>MemoryPack stops at 1000; what it writes we read, and what we write deeper only we read.</summary>
    [Theory]
    [InlineData(999, true)]
    [InlineData(1000, true)]
    [InlineData(MessageWriter.MaxDepth + 1, false)]
    public void DepthIsLimitedOnWriting(int depth, bool accepted)
    {
        Deep? head = null;
        for (var i = 0; i < depth; i++)
        {
            head = new Deep { Next = head };
        }

        var (bytes, thrown) = OnStack(64 * 1024 * 1024, () => MessageSerializer.Serialize(head));
        Assert.Equal(accepted, thrown is null);
        Assert.Equal(accepted, bytes is not null);
    }

    [Fact]
    public void ACycleOfOrdinaryContractsEnds()
    {
        var cycle = new Deep();
        cycle.Next = cycle;
        Assert.NotNull(OnStack(SmallStack, () => MessageSerializer.Serialize(cycle)).Thrown);
    }

    [Fact]
    public void NestedArraysCount()
    {
        var fan = new Fan();
        for (var i = 0; i < 3000; i++)
        {
            fan = new Fan { Kids = [fan] };
        }

        var (bytes, _) = OnStack(16 * 1024 * 1024, () => MessageSerializer.Serialize(fan));
        Assert.Equal((3000 * 5) + 5, bytes!.Length);
        Assert.NotNull(OnStack(16 * 1024 * 1024, () => MessageSerializer.Deserialize<Fan>(bytes)).Value);
    }

    private static (T? Value, MessageFormatException? Thrown) OnStack<T>(int size, Func<T?> run)
    {
        T? value = default;
        MessageFormatException? thrown = null;
        var thread = new Thread(
            () =>
            {
                try
                {
                    value = run();
                }
                catch (MessageFormatException exception)
                {
                    thrown = exception;
                }
            },
            size);
        thread.Start();
        thread.Join();
        return (value, thrown);
    }

    [Fact]
    public void LongListsAreNotDeep()
    {
        var forest = new Forest { Trees = [.. Enumerable.Range(0, 5000).Select(_ => new Forest())] };
        Assert.Equal(5000, Codec.RoundTrip(forest)!.Trees!.Count);
    }

    /// <summary>60 levels that each claim as many elements as bytes are left: the claims must not become memory.</summary>
    [Fact]
    public void NestedClaimsDoNotAllocate()
    {
        const int levels = 60;
        const int tail = 60_000;
        var bytes = new List<byte>();
        for (var i = 0; i < levels; i++)
        {
            bytes.Add(1);
            bytes.AddRange(BitConverter.GetBytes(tail));
        }

        bytes.AddRange(Enumerable.Repeat((byte)254, tail + (levels * 5)));
        var input = bytes.ToArray();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<MessageFormatException>(() => Codec.Read<Forest>(input));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2_000_000);
    }

    [Fact]
    public void ACountIsHeldAgainstTheBytes()
        => Assert.Throws<MessageFormatException>(() => Codec.Read<Forest>([1, 255, 255, 255, 127]));
}
