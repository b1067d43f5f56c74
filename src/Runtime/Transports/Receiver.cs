namespace HighPerf.Transports;

/// <summary>
/// One consumer of one queue. Readiness is pushed (<see cref="ReceiveSignal.OnReady"/>), messages are pulled in bursts (<see cref="TryReceive"/>) by whoever has
/// a free slot, so that nothing is delivered that nobody can start: one signal ends a burst that came from the wire. Settlements are staged and sent in one write per
/// burst by the transport itself; each completes when the broker has it. All members are safe to call from several threads, except that <see cref="TryReceive"/> is
/// called by one thread at a time.
/// </summary>
public abstract class Receiver : IAsyncDisposable
{
    /// <summary>The queue.</summary>
    public abstract Destination Source { get; }

    /// <summary>
    /// Takes up to <paramref name="burst"/>.Length messages that are ready, each under a new lease. When it returns 0 the signal is armed: it will be raised once
    /// as soon as there is something. Deliveries that are out never exceed <see cref="ReceiverOptions.Prefetch"/>; at that limit it returns 0 and is ready again
    /// after a settlement.
    /// </summary>
    public abstract int TryReceive(Span<Delivery> burst);

    /// <summary>Settles: the message is done. False: the lease was lost, the message is (or was) with somebody else.</summary>
    public abstract ValueTask<bool> AcknowledgeAsync(long token);

    /// <summary>Gives the message back, to be delivered again after <paramref name="delay"/>. False: the lease was lost.</summary>
    /// <param name="token">The delivery.</param>
    /// <param name="delay">Zero for at once, in front of the queue.</param>
    /// <param name="counted">False takes the delivery out of <see cref="Delivery.DeliveryCount"/>: it was never started (drain, contract D8).</param>
    public abstract ValueTask<bool> ReleaseAsync(long token, TimeSpan delay, bool counted = true);

    /// <summary>Moves the message to the queue's dead letters with its bytes, the reason and a description. False: the lease was lost.</summary>
    public abstract ValueTask<bool> DeadLetterAsync(long token, DeadLetterReason reason, string description);

    /// <summary>
    /// Renews the leases of deliveries that are still being worked on; returns how many it takes for current. Tokens whose lease is known to be lost are set to 0.
    /// Called from a thread of its own that must not depend on the thread pool: a transport of the wire sends, does not wait for the answer, and raises
    /// <see cref="ReceiveSignal.OnLeaseLost"/> when that says otherwise.
    /// </summary>
    public abstract int Renew(Span<long> tokens);

    /// <summary>Stops delivering; deliveries that are out can still be settled.</summary>
    public abstract ValueTask StopAsync(CancellationToken cancellationToken);

    /// <summary>Stops and gives back what is out, uncounted.</summary>
    public abstract ValueTask DisposeAsync();
}
