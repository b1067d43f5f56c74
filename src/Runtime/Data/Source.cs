namespace HighPerf.Data;

/// <summary>
/// Where data comes from. A source turns what it finds into documents, hands each to a <see cref="DocumentPublisher"/>, and checkpoints it only when that call
/// has completed. It knows no tasks, no retries and no brokers.
/// </summary>
public abstract class Source : IAsyncDisposable
{
    /// <summary>Creates a source.</summary>
    /// <param name="name">Its name in options, logs and checkpoints.</param>
    protected Source(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        Name = name;
    }

    /// <summary>Its name in options, logs and checkpoints.</summary>
    public string Name { get; }

    /// <summary>Runs until there is nothing more to come (a bounded source) or the token is cancelled (then it returns after what is under way is checkpointed or given up).</summary>
    public abstract Task RunAsync(DocumentPublisher documents, CancellationToken cancellationToken);

    /// <summary>Releases what the source holds.</summary>
    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return default;
    }
}
