namespace HighPerf.Transports;

/// <summary>
/// The transport inside one process, and the reference implementation of the delivery contract at level <see cref="DurabilityLevel.Memory"/>: bounded queues with
/// back-pressure, at-least-once delivery under leases, delays, priorities, ordering keys, expiry and dead letters. Nothing survives the process.
/// </summary>
public sealed class InMemoryTransport : LocalTransport
{
    /// <summary>Creates a transport.</summary>
    /// <param name="name">The name that routes use.</param>
    /// <param name="options">Bounds; the defaults when null.</param>
    /// <param name="clock">Leases, delays and expiry follow it; <see cref="TimeProvider.System"/> when null.</param>
    /// <param name="pool">Where buffers come from; <see cref="BufferPool.Shared"/> when null.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    public InMemoryTransport(string name, InMemoryTransportOptions? options = null, TimeProvider? clock = null, BufferPool? pool = null)
        : base(name, options ?? new InMemoryTransportOptions(), clock, pool)
    {
        Capabilities = new TransportCapabilities(
            Options.CapacityBytes,
            (TransportFeature.Delay, TransportSupport.Native("any, never early by the application's clock")),
            (TransportFeature.Priority, TransportSupport.Native("8 : 4 : 1")),
            (TransportFeature.OrderingKey, TransportSupport.Native("one at a time per key")),
            (TransportFeature.LeaseRenewal, TransportSupport.Native("by the application's clock")),
            (TransportFeature.Deduplication, TransportSupport.Impossible("ids are not remembered")),
            (TransportFeature.Expiry, TransportSupport.Native("dropped when they come to the front")),
            (TransportFeature.DeadLetter, TransportSupport.Native($"at most {Options.MaxDeadLetters:N0}, in memory")),
            (TransportFeature.Length, TransportSupport.Native("exact")),
            (TransportFeature.Purge, TransportSupport.Native("exact")),
            (TransportFeature.Browse, TransportSupport.Native("oldest first")));
    }

    /// <inheritdoc/>
    public override string Description => "in-memory";

    /// <inheritdoc/>
    public override TransportCapabilities Capabilities { get; }

    /// <inheritdoc/>
    public override DurabilityLevel Durability => DurabilityLevel.Memory;

    /// <inheritdoc/>
    public override ValueTask StartAsync(CancellationToken cancellationToken) => default;
}
