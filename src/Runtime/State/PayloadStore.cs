namespace HighPerf.State;

/// <summary>
/// Keeps bodies that are too large for a broker (claim check, Hohpe and Woolf: Enterprise Integration Patterns): the message carries the claim, the store the bytes.
/// Whatever processes share a queue share the store.
/// </summary>
public abstract class PayloadStore : IAsyncDisposable
{
    /// <summary>Kind and place for people, without secrets: <c>files in /data/payloads</c>.</summary>
    public abstract string Description { get; }

    /// <summary>Opens the store. Called once, before anything else.</summary>
    public abstract ValueTask StartAsync(CancellationToken cancellationToken);

    /// <summary>
    /// Stores a payload under a message id; completes when it is as durable as the store promises. An id that is there already has the same bytes: a publish that is
    /// made again.
    /// </summary>
    public abstract ValueTask PutAsync(MessageId id, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken);

    /// <summary>Appends a payload to a buffer; false when there is none (any more).</summary>
    public abstract ValueTask<bool> TryGetAsync(MessageId id, PooledBuffer destination, CancellationToken cancellationToken);

    /// <summary>Removes a payload whose message is done. What is never removed (a dead letter's, an event's, which has many readers) ends with its lifetime.</summary>
    public abstract ValueTask RemoveAsync(MessageId id, CancellationToken cancellationToken);

    /// <summary>Releases the store.</summary>
    public virtual ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return default;
    }
}
