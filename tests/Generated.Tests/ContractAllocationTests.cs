using HighPerf.Generated.Tests.Contracts;
using Xunit;

namespace HighPerf.Generated.Tests;

/// <summary>Writing allocates nothing in any layout; reading allocates the objects.</summary>
public sealed class ContractAllocationTests
{
    private static readonly Cluster Tolerant = new([new Circle(1), new Cluster(null, new string('n', 300))], "n");
    private static readonly PersonV1 Person = new() { Id = 1, Name = "name" };
    private static readonly Employee Boss = Graph();
    private static readonly Page<Page<int>> Pages = new() { Items = [new Page<int> { Items = [1, 2] }] };
    private static readonly List<IShape> Shapes = [new Circle(1)];

    [Fact]
    public void WritingAVersionTolerantUnion() => Assert.Equal(0, Measure<IShape>(Tolerant));

    [Fact]
    public void WritingAVersionTolerantContract() => Assert.Equal(0, Measure(Person));

    [Fact]
    public void WritingAGraph() => Assert.Equal(0, Measure(Boss));

    [Fact]
    public void WritingAListOfAUnion() => Assert.Equal(0, Measure(Shapes));

    [Fact]
    public void WritingAGenericContract() => Assert.Equal(0, Measure(Pages));

    [Fact]
    public void ReadingAVersionTolerantContractAllocatesTheObject()
    {
        var bytes = MessageSerializer.Serialize(Person);
        const int objects = 32 + 32;
        Assert.InRange(Repeat(() => MessageSerializer.Deserialize<PersonV1>(bytes)), 0, 1000 * objects);
    }

    private static Employee Graph()
    {
        var boss = new Employee { Name = "b", Reports = [] };
        boss.Reports.Add(new Employee { Name = "r", Boss = boss });
        return boss;
    }

    private static long Measure<T>(T value)
    {
        var buffer = BufferPool.Shared.Rent();
        var allocated = Repeat(() =>
        {
            buffer.Clear();
            MessageSerializer.Serialize(buffer, value);
        });
        buffer.Return();
        return allocated;
    }

    private static long Repeat(Action run)
    {
        long Once()
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 1000; i++)
            {
                run();
            }

            return GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Once();
        Once();
        return Once();
    }
}
