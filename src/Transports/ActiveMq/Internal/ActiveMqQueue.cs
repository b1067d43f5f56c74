using System.Text;

namespace HighPerf.Transports.ActiveMq;

/// <summary>A queue: its names at the broker, and what of it is consumed here.</summary>
internal sealed class ActiveMqQueue(ActiveMqTransport transport, string queue) : Destination(transport, queue)
{
    private const int MaxRemembered = 10_000;

    private readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal);

    public ActiveMqNames Names { get; } = new(transport.Options.QueuePrefix, queue);

    /// <summary>One opens or closes the intake at a time.</summary>
    public SemaphoreSlim Gate { get; } = new(1, 1);

    /// <summary>Null while nobody here consumes the queue. Changed under the gate.</summary>
    public QueueIntake? Intake { get; set; }

    public ValueTask<PublishOutcome> PublishAsync(in OutgoingMessage message, CancellationToken cancellationToken)
        => WhyNot(in message, cancellationToken) is { } reason ? Refuse(in message, reason) : transport.Publishing.PublishAsync(this, in message, cancellationToken);

    /// <summary>
    /// Remembers how often a message was delivered that goes back to the broker from here: the broker only says that it was, also where nobody had begun with it. For what comes back to
    /// this process; another one counts two.
    /// </summary>
    public void Remember(ReadOnlySpan<byte> brokerId, int count)
    {
        lock (_counts)
        {
            if (_counts.Count >= MaxRemembered)
            {
                _counts.Clear();
            }

            _counts[Encoding.UTF8.GetString(brokerId)] = count;
        }
    }

    /// <summary>Deliveries so far of a message that was delivered before.</summary>
    public int Recall(ReadOnlySpan<byte> brokerId, int otherwise)
    {
        lock (_counts)
        {
            return _counts.Count > 0 && _counts.Remove(Encoding.UTF8.GetString(brokerId), out var count) ? count : otherwise;
        }
    }

    private string? WhyNot(in OutgoingMessage message, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return "The publish was cancelled before it was handed over.";
        }

        if (message.Bytes.Length > transport.Options.MaxMessageBytes)
        {
            return $"The message has {message.Bytes.Length} bytes; {this} takes at most {transport.Options.MaxMessageBytes}.";
        }

        if (message.NotBeforeTicks != 0 && !transport.Facts.HasScheduler)
        {
            return $"{this} cannot delay: the broker's scheduler is off (schedulerSupport=\"true\" turns it on).";
        }

        return message.OrderingKey is { } key && (key.Contains('\0', StringComparison.Ordinal) || Encoding.UTF8.GetByteCount(key) > ActiveMqHeaders.MaxValueBytes)
            ? $"An ordering key has at most {ActiveMqHeaders.MaxValueBytes} bytes and no NUL."
            : null;
    }

    private static ValueTask<PublishOutcome> Refuse(in OutgoingMessage message, string reason)
    {
        message.Bytes.Return();
        return new ValueTask<PublishOutcome>(new PublishOutcome(PublishStatus.Rejected, reason));
    }
}
