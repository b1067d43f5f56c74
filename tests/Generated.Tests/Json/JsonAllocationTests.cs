using Warehouse.Stock;
using Xunit;

namespace HighPerf.Generated.Tests.Json;

/// <summary>Bytes allocated by a writer that is used again.</summary>
public sealed class JsonAllocationTests
{
    private static readonly StockChanged s_changed = new("some sku with ä", 3);

    private static readonly Everything s_lists = new()
    {
        Prices = new List<decimal> { 1 }, Sequence = new List<int> { 1, 2 }, Spots = [null, default(Spot)], Flags = [true], Times = new List<DateTimeOffset> { DateTimeOffset.MaxValue },
    };

    private static readonly Forms s_forms = new() { Text = "t", Raw = [1, 2, 3], ByNumber = new() { [1] = "a" }, ByName = new() { ["a"] = 1 }, Clock = TimeOnly.MaxValue, Money = 1.5m };

    [Fact]
    public void AnEvent() => Assert.Equal(0, Measure(static writer => StockChanged.WriteJson(writer, s_changed)));

    [Fact]
    public void Lists() => Assert.Equal(0, Measure(static writer => Everything.WriteJson(writer, s_lists)));

    [Fact]
    public void Forms() => Assert.Equal(0, Measure(static writer => Json.Forms.WriteJson(writer, s_forms)));

    [Fact]
    public void Arguments() => Assert.Equal(0, Measure(static writer => Write(writer, Add.Call(1, 2, 3))));

    [Fact]
    public void TheThreadsOwnWriter()
    {
        var buffer = BufferPool.Shared.Rent();
        Assert.Equal(0, Measure(() =>
        {
            buffer.Clear();
            MessageJson.Write(buffer, s_changed);
        }));
        buffer.Return();
    }

    [Fact]
    public void ReadingAllocatesTheValueOnly()
    {
        var json = "{\"x\":1.5,\"y\":-2}"u8.ToArray();
        Assert.Equal(0, Measure(() => MessageJson.Read<Point>(json)));
    }

    private static void Write<TArguments, TResult>(JsonMessageWriter writer, TaskCall<TArguments, TResult> call)
        where TArguments : struct, ITaskArguments<TArguments>
        => TArguments.WriteJson(writer, call.Arguments);

    private static long Measure(Action<JsonMessageWriter> write)
    {
        var buffer = BufferPool.Shared.Rent();
        var writer = new JsonMessageWriter(buffer);
        var allocated = Measure(() =>
        {
            buffer.Clear();
            writer.Reset(buffer);
            write(writer);
            writer.Flush();
        });
        buffer.Return();
        return allocated;
    }

    private static long Measure(Action action)
    {
        long allocated = 0;
        for (var round = 0; round < 2; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 1000; i++)
            {
                action();
            }

            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        return allocated;
    }
}
