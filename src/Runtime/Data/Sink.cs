namespace HighPerf.Data;

/// <summary>Where results go. Idempotent by message id: a record that was written before is not written again.</summary>
public abstract class Sink : IAsyncDisposable
{
    /// <summary>Creates a sink.</summary>
    /// <param name="name">Its name in routes, options and logs.</param>
    protected Sink(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        Name = name;
    }

    /// <summary>Its name in routes, options and logs.</summary>
    public string Name { get; }

    /// <summary>Opens the sink and recovers what a crash left.</summary>
    public abstract ValueTask StartAsync(CancellationToken cancellationToken);

    /// <summary>Writes a record; completes when it is stored as durably as the sink promises. Concurrent calls are allowed.</summary>
    public abstract ValueTask WriteAsync(SinkRecord record, CancellationToken cancellationToken);

    /// <summary>Releases what the sink holds.</summary>
    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return default;
    }
}
