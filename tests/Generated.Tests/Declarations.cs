using Warehouse.Stock;

namespace HighPerf.Generated.Tests;

[Task("tests.add", Aliases = ["tests.plus"], MaxAttempts = 3, Timeout = "00:00:05", HardTimeout = "00:01:00", Queue = "math", Slot = SlotKind.Cpu, Priority = MessagePriority.Low)]
public sealed partial class Add
{
    public static int Run(int a, long b, byte c = 7) => (int)(a + b + c);
}

[Task]
public sealed partial class Greet(IGreeter greeter)
{
    public ValueTask<string?> RunAsync(TaskContext context, string name, string @class = "none", DayOfWeek day = DayOfWeek.Friday, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(context);
        return new(greeter.Greet(name) + @class + day);
    }
}

public interface IGreeter
{
    string Greet(string name);
}

[Task]
public sealed partial class Nothing
{
    public void Run()
    {
    }
}

[Task, Subscribe<StockChanged>]
public sealed partial class Restock
{
    public Task RunAsync(StockChanged changed, TaskContext context) => Task.CompletedTask;
}

[Task, Subscribe<Point>]
public sealed partial class TrackPoint
{
    public ValueTask RunAsync(Point point) => default;
}

[Task]
public sealed partial class Collect
{
    public Dictionary<string, List<int[]?>> Run(Dictionary<string, List<int[]?>> values, Spot? spot, Shelf? shelf) => values;
}

/// <summary>Nested, and two levels deep.</summary>
public static partial class Outer
{
    public partial struct Middle
    {
        [Task]
        internal sealed partial class Deep
        {
            internal Task<Inner> RunAsync(Inner inner) => Task.FromResult(inner);
        }

        [Document]
        internal sealed partial record Inner(int Number);
    }
}

[Event]
public readonly partial record struct Point(double X, double Y);

[Document]
public partial record Base(int Id)
{
    public string? Note { get; set; }
}

[Document]
public sealed partial record Derived(int Id, string Extra) : Base(Id);

[Document]
public sealed partial class Settings
{
    public required string Name { get; init; }

    public int Level { get; set; } = 42;

    [IgnoreMember]
    public required string Secret { get; set; }

    internal int Hidden { get; set; } = 5;

    public DateTimeOffset At { get; private set; }

    public Settings WithTime(DateTimeOffset at)
    {
        At = at;
        return this;
    }
}

[Document]
public sealed partial class Chain
{
    public int Value { get; set; }

    public Chain? Next { get; set; }
}

[Document]
public sealed partial class Forest
{
    public List<Forest?>? Trees { get; set; }
}

[Document]
public partial struct Label
{
    public string? Text { get; init; }

    public int Weight { get; init; }
}

[Document("everything")]
public sealed partial record Everything
{
    public IEnumerable<int>? Sequence { get; init; }

    public IReadOnlyCollection<string?>? Texts { get; init; }

    public IReadOnlyList<DateTimeOffset>? Times { get; init; }

    public ICollection<decimal>? Prices { get; init; }

    public IList<Label>? Labels { get; init; }

    public ISet<Guid>? Ids { get; init; }

    public IReadOnlySet<string>? Words { get; init; }

    public IDictionary<int, Label?>? ByNumber { get; init; }

    public IReadOnlyDictionary<DayOfWeek, TimeOnly?>? ByDay { get; init; }

    public bool[]? Flags { get; init; }

    public List<Spot?>? Spots { get; init; }

    public Memory<char> Characters { get; init; }

    public ReadOnlyMemory<string?> Strings { get; init; }

    public Base? Base { get; init; }

    public Derived[]? Derived { get; init; }

    public List<List<Dictionary<string, byte[]>>>? Nested { get; init; }

    public Uri? Uri { get; init; }

    public Version? Version { get; init; }

    public Label? Label { get; init; }

    public DateTimeOffset?[]? MaybeTimes { get; init; }

    public IReadOnlyList<int?>? MaybeNumbers { get; init; }

    public IEnumerable<List<string?>?>? Lists { get; init; }

    public Everything? Original { get; init; }
}
