namespace HighPerf.Transports.Kafka;

/// <summary>
/// One consumer of a queue: its bound, its signal, and whether somebody waits for it. What it takes, and what it gives back, is the intake's, which all receivers of the queue in this
/// process share. Its fields are guarded by the intake's lock.
/// </summary>
internal sealed class KafkaReceiver(QueueIntake intake, ReceiverOptions options, ReceiveSignal signal) : Receiver
{
    public override Destination Source => intake.Queue;

    public int Prefetch => options.Prefetch;

    /// <summary>In timestamp units.</summary>
    public long Lease { get; } = (long)(options.Lease.TotalSeconds * intake.Clock.TimestampFrequency);

    /// <summary>Deliveries that hold a place: out, or being moved.</summary>
    public int Taken { get; set; }

    public bool IsArmed { get; set; }

    /// <summary>True when it asked at its bound: it is told when a place is free.</summary>
    public bool IsStarved { get; set; }

    /// <summary>Its signal is to be raised outside of the lock.</summary>
    public bool IsMarked { get; set; }

    public bool IsStopped { get; set; }

    public bool IsDisposed { get; set; }

    public void RaiseReady() => signal.OnReady();

    public void RaiseLeaseLost(long token) => signal.OnLeaseLost(this, token);

    public override int TryReceive(Span<Delivery> burst) => burst.IsEmpty ? 0 : intake.TryReceive(this, burst);

    public override ValueTask<bool> AcknowledgeAsync(long token) => intake.AcknowledgeAsync(this, token);

    public override ValueTask<bool> ReleaseAsync(long token, TimeSpan delay, bool counted = true) => intake.ReleaseAsync(this, token, delay, counted);

    public override ValueTask<bool> DeadLetterAsync(long token, DeadLetterReason reason, string description) => intake.DeadLetterAsync(this, token, reason, description);

    public override int Renew(Span<long> tokens) => intake.Renew(this, tokens);

    public override ValueTask StopAsync(CancellationToken cancellationToken)
    {
        intake.Stop(this);
        return default;
    }

    public override ValueTask DisposeAsync() => intake.CloseAsync(this);
}
