namespace HighPerf.Benchmarks.Tasks;

/// <summary>A task with a result, value types only.</summary>
[Task]
public sealed partial class Add
{
    /// <summary>Runs the task.</summary>
    public static ValueTask<long> RunAsync(long left, long right) => new(left + right);
}
