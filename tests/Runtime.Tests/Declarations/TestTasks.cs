namespace HighPerf.Tests.Declarations;

[Task]
public sealed partial class Play(Stage stage)
{
    public ValueTask<int> RunAsync(TaskContext context, string act, int n = 0) => stage.PlayAsync(context, act, n);
}

[Task]
public sealed partial class PlayAnother(Stage stage)
{
    public ValueTask<int> RunAsync(TaskContext context, string act, int n = 0) => stage.PlayAsync(context, act, n);
}

[Task]
public sealed partial class PlayQuietly(Stage stage)
{
    public async ValueTask RunAsync(TaskContext context, string act, int n = 0) => await stage.PlayAsync(context, act, n);
}

[Task(Slot = SlotKind.Cpu)]
public sealed partial class PlayOnCpu(Stage stage)
{
    public int Run(TaskContext context, string act, int n = 0) => stage.PlayAsync(context, act, n).AsTask().GetAwaiter().GetResult();
}

[Task(Queue = "declared")]
public sealed partial class PlayDeclared(Stage stage)
{
    public ValueTask<int> RunAsync(TaskContext context, string act, int n = 0) => stage.PlayAsync(context, act, n);
}

[Task(MaxAttempts = 1)]
public sealed partial class PlayOnce(Stage stage)
{
    public ValueTask<int> RunAsync(TaskContext context, string act, int n = 0) => stage.PlayAsync(context, act, n);
}

[Task(MaxAttempts = 2, Timeout = "00:00:00.200")]
public sealed partial class PlayInTime(Stage stage)
{
    public ValueTask<int> RunAsync(TaskContext context, string act, int n = 0) => stage.PlayAsync(context, act, n);
}

[Task(MaxAttempts = 2, HardTimeout = "00:00:00.200")]
public sealed partial class PlayInHardTime(Stage stage)
{
    public ValueTask<int> RunAsync(TaskContext context, string act, int n = 0) => stage.PlayAsync(context, act, n);
}

[Task]
public sealed partial class Add
{
    public static int Run(int a, int b) => a + b;
}

[Task]
public sealed partial class AddLate
{
    public static async Task<int> RunAsync(int a, int b)
    {
        await Task.Yield();
        return a + b;
    }
}

[Task]
public sealed partial class Append
{
    public static string Run(string text, string more) => text + more;
}

[Task]
public sealed partial class SumArray
{
    public static int Run(int[] numbers) => numbers.Sum();
}

[Task]
public sealed partial class SumList
{
    public static int Run(List<int> numbers) => numbers.Sum();
}

[Task]
public sealed partial class SumReadOnly
{
    public static int Run(IReadOnlyList<int> numbers, int more = 0) => numbers.Sum() + more;
}

[Task]
public sealed partial class Join
{
    public static string Run(string[] texts) => string.Join(",", texts);
}

public sealed class NotRegistered;

[Task(MaxAttempts = 1)]
public sealed partial class NeedsMissing(NotRegistered missing)
{
    public string Run() => missing.ToString()!;
}

/// <summary>A scoped service that says when it is disposed.</summary>
public sealed class Scoped(Stage stage) : IAsyncDisposable
{
    public ValueTask DisposeAsync()
    {
        stage.Disposed.Enqueue(Id);
        return Interlocked.Decrement(ref stage.FailingScopes) >= 0 ? throw new IOException("the scope cannot end") : default;
    }

    public Guid Id { get; } = Guid.NewGuid();
}

[Task]
public sealed partial class UsesScope(Scoped scoped, Stage stage)
{
    public async ValueTask<Guid> RunAsync(TaskContext context, string act)
    {
        stage.Scopes.Enqueue(scoped.Id);
        await stage.PlayAsync(context, act, 0);
        return scoped.Id;
    }
}

[Event]
public sealed partial record Happened(int N);

[Task, Subscribe<Happened>]
public sealed partial class HearsFirst(Stage stage)
{
    public async ValueTask RunAsync(TaskContext context, Happened happened) => await stage.PlayAsync(context, "first", happened.N);
}

[Task, Subscribe<Happened>]
public sealed partial class HearsSecond(Stage stage)
{
    public async ValueTask RunAsync(TaskContext context, Happened happened) => await stage.PlayAsync(context, "second", happened.N);
}

[Event]
public sealed partial record Unheard(int N);

[Document]
public sealed partial record Page(int N, string Text);

[Task, Subscribe<Page>]
public sealed partial class ReadsPage(Stage stage)
{
    public ValueTask<int> RunAsync(TaskContext context, Page page) => stage.PlayAsync(context, "page", page.N);
}

[Document]
public sealed partial record LoosePage(int N);
