namespace HighPerf.Transports;

/// <summary>
/// The seam to a broker: it moves bytes to a queue, delivers them at least once, and settles. It knows no task names and no message kinds. Adding a broker is
/// deriving from this class, <see cref="Destination"/> and <see cref="Receiver"/>, and passing the conformance suite.
/// </summary>
public abstract class Transport : IAsyncDisposable
{
    /// <summary>Creates a transport under the name that routes use.</summary>
    protected Transport(string name)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(name);
        Name = name;
    }

    /// <summary>The name that routes use.</summary>
    public string Name { get; }

    /// <summary>Kind and address for people, without secrets: <c>in-memory</c>, <c>rabbitmq://host:5672/vhost</c>.</summary>
    public abstract string Description { get; }

    /// <summary>What it can do and by whom that is done. Final once <see cref="StartAsync"/> is done: some of it depends on the broker's version and configuration.</summary>
    public abstract TransportCapabilities Capabilities { get; }

    /// <summary>What an accepted message survives. Final once <see cref="StartAsync"/> is done, which refuses a level that the broker's configuration does not give.</summary>
    public abstract DurabilityLevel Durability { get; }

    /// <summary>Connects. Called once, before anything else but <see cref="GetDestination"/>.</summary>
    public abstract ValueTask StartAsync(CancellationToken cancellationToken);

    /// <summary>The destination for a queue; the same object for the same name.</summary>
    public abstract Destination GetDestination(string queue);

    /// <summary>A buffer to write envelope and body into; handed over by <see cref="PublishAsync"/>, else returned by whoever rented it.</summary>
    public abstract PooledBuffer Rent();

    /// <summary>
    /// Publishes; takes over the buffer. Waits while the queue is full (back-pressure) until the token says otherwise. Once handed to the wire, cancellation no
    /// longer takes it back: the outcome is then <see cref="PublishStatus.Unknown"/> (contract D1). Transports of the wire stage what several publishers hand over at a time
    /// and send it in one write; confirmations complete in bulk.
    /// </summary>
    public abstract ValueTask<PublishOutcome> PublishAsync(Destination destination, in OutgoingMessage message, CancellationToken cancellationToken);

    /// <summary>Starts consuming a queue.</summary>
    public abstract ValueTask<Receiver> OpenReceiverAsync(string queue, ReceiverOptions options, ReceiveSignal signal, CancellationToken cancellationToken);

    /// <summary>What a queue holds.</summary>
    public abstract ValueTask<QueueLength> GetLengthAsync(string queue, CancellationToken cancellationToken);

    /// <summary>Removes ready messages, and delayed ones if asked, leaves in-flight ones; returns how many.</summary>
    public abstract ValueTask<long> PurgeAsync(string queue, bool includeDelayed, CancellationToken cancellationToken);

    /// <summary>The oldest dead letters of a queue.</summary>
    public abstract ValueTask<IReadOnlyList<DeadLetter>> BrowseDeadLettersAsync(string queue, int max, CancellationToken cancellationToken);

    /// <summary>Puts dead letters back into their queue with a new delivery count; returns how many.</summary>
    public abstract ValueTask<int> ReplayDeadLettersAsync(string queue, int max, CancellationToken cancellationToken);

    /// <summary>Disconnects.</summary>
    public abstract ValueTask DisposeAsync();

    /// <summary>What a publish to another transport's destination comes to. Returns the buffer.</summary>
    protected ValueTask<PublishOutcome> RejectForeign(Destination destination, in OutgoingMessage message)
    {
        message.Bytes.Return();
        return new ValueTask<PublishOutcome>(new PublishOutcome(PublishStatus.Rejected, $"{destination} is not a destination of transport '{Name}': take it from this transport's GetDestination."));
    }
}
