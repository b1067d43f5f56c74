using Warehouse.Stock;
using Xunit;

namespace HighPerf.Generated.Tests;

/// <summary>Bytes allocated by generated code in steady state.</summary>
public sealed class AllocationTests
{
    private static readonly StockChanged Changed = new("some sku", 3);
    private static readonly List<int> Numbers = [1, 2, 3];

    [Fact]
    public void WritingArgumentsAllocatesNothing() => Assert.Equal(0, Measure(static (ref MessageWriter writer) => Write(ref writer, Add.Call(1, 2, 3))));

    [Fact]
    public void WritingAnEventAllocatesNothing() => Assert.Equal(0, Measure(static (ref MessageWriter writer) => StockChanged.Write(ref writer, Changed)));

    [Fact]
    public void WritingAStructAllocatesNothing() => Assert.Equal(0, Measure(static (ref MessageWriter writer) => Spot.Write(ref writer, new Spot(1, 2, false))));

    [Fact]
    public void WritingCollectionsAllocatesNothing()
        => Assert.Equal(0, Measure(static (ref MessageWriter writer) => Everything.Write(ref writer, Lists)));

    [Fact]
    public void ReadingValueArgumentsAllocatesNothing()
    {
        var bytes = Codec.Encode(Add.Call(1, 2, 3));
        long Read()
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 1000; i++)
            {
                var reader = new MessageReader(bytes);
                _ = Add.HighPerfGenerated.ReadArguments(ref reader);
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Read();
        Assert.Equal(0, Read());
    }

    private static readonly Everything Lists = new() { Prices = new List<decimal> { 1 }, Sequence = Numbers, Spots = [null, default(Spot)], Flags = [true] };

    private delegate void Writing(ref MessageWriter writer);

    private static void Write<TArguments, TResult>(ref MessageWriter writer, TaskCall<TArguments, TResult> call)
        where TArguments : struct, ITaskArguments<TArguments>
        => TArguments.Write(ref writer, call.Arguments);

    private static long Measure(Writing write)
    {
        var buffer = BufferPool.Shared.Rent();
        long Once()
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 1000; i++)
            {
                buffer.Clear();
                var writer = new MessageWriter(buffer);
                write(ref writer);
                writer.Flush();
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Once();
        var allocated = Once();
        buffer.Return();
        return allocated;
    }
}
