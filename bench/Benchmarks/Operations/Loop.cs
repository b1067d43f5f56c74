namespace HighPerf.Benchmarks;

/// <summary>An operation that is over when its method returns.</summary>
public abstract class Loop(string name, int batch = 200_000) : Operation(name, batch)
{
    /// <inheritdoc/>
    public sealed override ValueTask RunAsync(int count)
    {
        Run(count);
        return default;
    }

    /// <summary>Does it so many times.</summary>
    public abstract void Run(int count);
}
