namespace HighPerf.Load;

/// <summary>
/// The least that a client can do for the same guarantee: publish and have each message confirmed, receive and acknowledge, so many at a time. No leases, no checks, no retry, no
/// settling of what was lost. What a transport is measured against.
/// </summary>
internal abstract class RawLoop : IAsyncDisposable
{
    /// <summary>Connects, and creates a queue of its own.</summary>
    public abstract Task OpenAsync();

    /// <summary>Publishes so many bodies and waits for every confirmation.</summary>
    public abstract Task PublishAsync(int count, int payload, int window);

    /// <summary>Receives and acknowledges so many.</summary>
    public abstract Task DrainAsync(int count, int window);

    public abstract ValueTask DisposeAsync();

    protected static string Body(int payload) => new('x', payload);
}
