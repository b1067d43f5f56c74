namespace HighPerf.Benchmarks;

/// <summary>
/// Something that is measured: <c>--quick</c>, BenchmarkDotNet and the allocation budget run the same code. The loop is inside, so that what calls it costs nothing.
/// </summary>
public abstract class Operation(string name, int batch) : IAsyncDisposable
{
    /// <summary>Its name in tables and in allocations.json.</summary>
    public string Name { get; } = name;

    /// <summary>Operations of one measurement: enough for tens of milliseconds.</summary>
    public int Batch { get; } = batch;

    /// <summary>Prepares; called once.</summary>
    public virtual ValueTask StartAsync() => default;

    /// <summary>Does it so many times and completes when the last one is done.</summary>
    public abstract ValueTask RunAsync(int count);

    /// <summary>Ends what <see cref="StartAsync"/> began.</summary>
    public virtual ValueTask DisposeAsync() => default;
}
