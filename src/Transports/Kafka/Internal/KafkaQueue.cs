namespace HighPerf.Transports.Kafka;

/// <summary>A queue: its names at the broker, whether they are there, and what of it is consumed here.</summary>
internal sealed class KafkaQueue(KafkaTransport transport, string queue) : Destination(transport, queue)
{
    private readonly Lock _lock = new();
    private Task? _declaring;
    private Task _last = Task.CompletedTask;
    private int _inLine;
    private bool _isDeclared;
    private bool _isDeadDeclared;

    public KafkaNames Names { get; } = new(transport.Options.Prefix, queue);

    /// <summary>Partitions of the topic of what waits. Known when the queue is declared.</summary>
    public int WaitLevels { get; private set; } = 1;

    /// <summary>One opens or closes the intake at a time.</summary>
    public SemaphoreSlim Gate { get; } = new(1, 1);

    /// <summary>Null while nobody here consumes the queue. Changed under the gate.</summary>
    public QueueIntake? Intake { get; set; }

    public ValueTask<PublishOutcome> PublishAsync(in OutgoingMessage message, CancellationToken cancellationToken)
    {
        if (WhyNot(in message, cancellationToken) is { } reason)
        {
            message.Bytes.Return();
            return new ValueTask<PublishOutcome>(new PublishOutcome(PublishStatus.Rejected, reason));
        }

        if (Volatile.Read(ref _isDeclared) && Volatile.Read(ref _inLine) == 0)
        {
            return SendAsync(in message, cancellationToken);
        }

        // The first ones wait for the declaration, and go on in their order.
        var handedOver = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Task before;
        lock (_lock)
        {
            Volatile.Write(ref _inLine, _inLine + 1);
            (before, _last) = (_last, handedOver.Task);
        }

        return DeclareAndSendAsync(message, before, handedOver, cancellationToken);
    }

    /// <summary>Makes sure of the queue's topics. One asks the broker, however many wait for it.</summary>
    /// <exception cref="HighPerfException">They are not there and cannot be created, or nobody answers.</exception>
    public async Task DeclareAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _isDeclared))
        {
            return;
        }

        Task declaring;
        lock (_lock)
        {
            declaring = _declaring is { IsFaulted: false, IsCanceled: false } ? _declaring : _declaring = Task.Run(Declare, CancellationToken.None);
        }

        await declaring.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Makes sure of the topic of dead letters, which many queues never need; the reason when it cannot be had.</summary>
    public async ValueTask<string?> TryDeclareDeadAsync()
    {
        if (Volatile.Read(ref _isDeadDeclared))
        {
            return null;
        }

        try
        {
            await Task.Run(() => transport.Topics.Declare(Names.Dead, transport.Options.Partitions)).ConfigureAwait(false);
            Volatile.Write(ref _isDeadDeclared, true);
            return null;
        }
        catch (HighPerfException exception)
        {
            return exception.Message;
        }
    }

    private void Declare()
    {
        foreach (var topic in Names.Topics)
        {
            var isDelay = topic == Names.Delay;
            var partitions = transport.Topics.Declare(topic, isDelay ? Waits.Levels : Names.IsReply ? 1 : transport.Options.Partitions);
            if (isDelay)
            {
                WaitLevels = Math.Min(partitions, Waits.Levels);
            }
        }

        Volatile.Write(ref _isDeclared, true);
    }

    private async ValueTask<PublishOutcome> DeclareAndSendAsync(OutgoingMessage message, Task before, TaskCompletionSource handedOver, CancellationToken cancellationToken)
    {
        PublishOutcome? refused = null;
        ValueTask<PublishOutcome> sent = default;
        try
        {
            await DeclareAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            refused = new PublishOutcome(PublishStatus.Rejected, "The publish was cancelled before it was handed over.");
        }
        catch (HighPerfException exception)
        {
            refused = new PublishOutcome(exception is TopicUnreachableException ? PublishStatus.Unknown : PublishStatus.Rejected, exception.Message);
        }

        await before.ConfigureAwait(false);
        if (refused is null)
        {
            sent = SendAsync(in message, cancellationToken);
        }
        else
        {
            message.Bytes.Return();
        }

        lock (_lock)
        {
            Volatile.Write(ref _inLine, _inLine - 1);
        }

        handedOver.SetResult();
        return refused ?? await sent.ConfigureAwait(false);
    }

    private ValueTask<PublishOutcome> SendAsync(in OutgoingMessage message, CancellationToken cancellationToken)
    {
        // One of a key comes after the other only in one topic.
        var priority = message.OrderingKey is null ? (int)message.Priority : (int)MessagePriority.Normal;
        var left = message.NotBeforeTicks == 0 ? 0 : message.NotBeforeTicks - transport.Clock.GetUtcNow().UtcTicks;
        if (left > 0)
        {
            var waits = new RecordHeaders { Due = message.NotBeforeTicks, Expires = message.ExpiresTicks, ClassAndOne = priority + 1 };
            return transport.Publishing.SendAsync(Names.Delay!, Waits.LevelFor(TimeSpan.FromTicks(left), WaitLevels), message.OrderingKey, in waits, message.Bytes.Memory, message.Bytes, cancellationToken);
        }

        var headers = new RecordHeaders { Expires = message.ExpiresTicks };
        return transport.Publishing.SendAsync(Names.Of(priority), Native.Librdkafka.AnyPartition, message.OrderingKey, in headers, message.Bytes.Memory, message.Bytes, cancellationToken);
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

        return message.NotBeforeTicks != 0 && Names.Delay is null ? $"{this} is a reply queue: nothing waits in it." : null;
    }
}
