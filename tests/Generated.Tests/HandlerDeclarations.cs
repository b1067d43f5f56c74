namespace HighPerf.Generated.Tests;

public sealed class Journal
{
    private readonly List<string> _lines = [];

    public void Add(string line)
    {
        lock (_lines)
        {
            _lines.Add(line);
        }
    }

    public string[] Take()
    {
        lock (_lines)
        {
            string[] lines = [.. _lines];
            _lines.Clear();
            return lines;
        }
    }
}

[Task]
public sealed partial class ReturnsVoid(Journal journal)
{
    public void Run(int n) => journal.Add($"void {n}");
}

[Task]
public sealed partial class ReturnsTask(Journal journal)
{
    public async Task RunAsync(int n, bool late)
    {
        if (late)
        {
            await Task.Yield();
        }

        journal.Add($"task {n}");
    }
}

[Task]
public sealed partial class ReturnsValueTask(Journal journal)
{
    public async ValueTask RunAsync(int n, bool late)
    {
        if (late)
        {
            await Task.Yield();
        }

        journal.Add($"value task {n}");
    }
}

[Task]
public sealed partial class ReturnsTaskOfValue
{
    public async Task<string> RunAsync(string text, bool late)
    {
        if (late)
        {
            await Task.Yield();
        }

        return text + "!";
    }
}

[Task]
public sealed partial class ReturnsValueTaskOfValue
{
    public async ValueTask<Point> RunAsync(Point point, bool late)
    {
        if (late)
        {
            await Task.Yield();
        }

        return new Point(point.Y, point.X);
    }
}

[Task]
public sealed partial class IsStatic
{
    public static List<decimal>? Run(List<decimal>? values) => values;
}

/// <summary>Has a field, so each attempt has an instance of its own.</summary>
[Task]
public sealed partial class HasState
{
    private int _calls;

    public int Run() => ++_calls;
}

[Task]
public sealed partial class DisposedAfterSynchronousWork(Journal journal) : IDisposable
{
    public int Run(int n)
    {
        journal.Add($"run {n}");
        return n;
    }

    public void Dispose() => journal.Add("disposed");
}

[Task(MaxAttempts = 1)]
public sealed partial class DisposedAfterFailure(Journal journal) : IDisposable, IAsyncDisposable
{
    public async ValueTask<int> RunAsync()
    {
        await Task.Yield();
        journal.Add("run");
        throw new InvalidOperationException("on purpose");
    }

    public void Dispose() => journal.Add("disposed the wrong way");

    public ValueTask DisposeAsync()
    {
        journal.Add("disposed");
        return default;
    }
}

[Task]
public sealed partial class SeesItsContext
{
    public static bool Run(CancellationToken token, TaskContext context, int n) => n == 1 && context.CancellationToken == token;
}
