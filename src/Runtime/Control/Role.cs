namespace HighPerf.Control;

/// <summary>A part of the application with a life of its own: transports, sinks, publisher, worker, sources. The controller starts them in order and drains them in reverse.</summary>
internal abstract class Role(string name)
{
    public string Name { get; } = name;

    public RoleHealth Health { get; protected set; }

    public abstract ValueTask StartAsync(CancellationToken cancellationToken);

    /// <summary>Finishes what is under way and takes nothing new. The token says when to stop being patient.</summary>
    public abstract ValueTask DrainAsync(CancellationToken cancellationToken);

    /// <summary>Releases everything; called after all roles were drained.</summary>
    public abstract ValueTask DisposeAsync();

    /// <summary>What the role waits for while it drains, for people; null for nothing.</summary>
    public virtual string? DescribeWaiting() => null;
}
