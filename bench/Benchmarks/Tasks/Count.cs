namespace HighPerf.Benchmarks.Tasks;

/// <summary>A task without a result whose arguments are value types: 40 bytes in a channel, and it does nothing but count itself.</summary>
[Task]
public sealed partial class Count
{
    /// <summary>Runs the task.</summary>
    public static ValueTask RunAsync(long sequence, Guid key, double value, int weight)
    {
        Completion.CountOne();
        return default;
    }
}
