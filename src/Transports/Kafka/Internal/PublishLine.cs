namespace HighPerf.Transports.Kafka;

/// <summary>
/// Everything that this process publishes, in its order: a bounded window of what is sent and not confirmed, those that wait for room in it, and the producer, which is made anew when it
/// cannot go on.
/// </summary>
internal sealed class PublishLine(KafkaTransport transport)
{
    private readonly Lock _lock = new();
    private readonly List<PublishRequest> _requests = [];
    private readonly Stack<PublishRequest> _free = new();
    private readonly LinkedList<PublishRequest> _waiting = new();
    private readonly List<ProducerClient> _retired = [];
    private ProducerClient? _producer;
    private int _count;
    private long _bytes;
    private bool _isClosed;

    /// <summary>The library's handle, for what is asked of the broker beside publishing; it stays until it is given back.</summary>
    /// <exception cref="HighPerfException">The transport is not started, or disposed.</exception>
    public BorrowedClient Borrow()
    {
        lock (_lock)
        {
            return _producer is not null && !_isClosed ? _producer.Borrow() : throw new HighPerfException($"Transport '{transport.Name}' is {(_isClosed ? "disposed" : "not started")}.");
        }
    }

    public void Start()
    {
        _producer = new ProducerClient(transport, this);
        _producer.Start();
    }

    /// <summary>Sends a record; takes the buffer over, if one is given.</summary>
    public ValueTask<PublishOutcome> SendAsync(string topic, int partition, string? key, in RecordHeaders headers, ReadOnlyMemory<byte> bytes, PooledBuffer? buffer, CancellationToken cancellationToken)
    {
        PublishRequest request;
        ValueTask<PublishOutcome> task;
        PublishOutcome? refused = null;
        lock (_lock)
        {
            request = Rent();
            task = request.Task;
            (request.Topic, request.Partition, request.Key, request.Headers) = (topic, partition, key, headers);
            (request.Bytes, request.Buffer, request.Length) = (bytes, buffer, bytes.Length);
            if (_isClosed)
            {
                refused = transport.Disposed();
            }
            else if (_waiting.Count == 0 && HasRoom(request))
            {
                refused = HandOver(request);
            }
            else
            {
                request.IsWaiting = true;
                _waiting.AddLast(request);
            }
        }

        if (refused is { } outcome)
        {
            request.ReturnBytes();
            request.Complete(outcome);
        }
        else if (cancellationToken.CanBeCanceled)
        {
            WatchCancellation(request, cancellationToken);
        }

        return task;
    }

    /// <summary>A report came: once for each record that was handed over.</summary>
    public void OnReport(int slot, PublishOutcome outcome)
    {
        PublishRequest request;
        lock (_lock)
        {
            request = _requests[slot];
            _count--;
            _bytes -= request.Length;
        }

        request.Complete(outcome);
    }

    /// <summary>Hands over those that wait and have room now.</summary>
    public void Advance()
    {
        List<(PublishRequest Request, PublishOutcome Outcome)>? refused = null;
        lock (_lock)
        {
            while (_waiting.First is { } first && HasRoom(first.Value))
            {
                _waiting.RemoveFirst();
                first.Value.IsWaiting = false;
                if (HandOver(first.Value) is { } outcome)
                {
                    (refused ??= []).Add((first.Value, outcome));
                }
            }
        }

        foreach (var (request, outcome) in refused ?? [])
        {
            request.ReturnBytes();
            request.Complete(outcome);
        }
    }

    /// <summary>The producer cannot go on: its sequence is broken. The next one begins a new one; what was sent without a report ends as unknown.</summary>
    public void OnFatal(ProducerClient producer, string reason)
    {
        lock (_lock)
        {
            if (producer != _producer || _isClosed)
            {
                return;
            }

            _retired.RemoveAll(static client => client.Ended.IsCompleted);
            _retired.Add(producer);
            Start();
        }

        KafkaLog.ProducerReplaced(transport.Logger, reason);
        producer.Retire(purge: true);
        Advance();
    }

    public void Recycle(PublishRequest request)
    {
        request.Cancellation.Dispose();
        lock (_lock)
        {
            (request.Key, request.Headers, request.Cancellation) = (null, default, default);
            _free.Push(request);
        }
    }

    /// <summary>Ends those that wait; what was handed over has until the publish timeout for its report.</summary>
    public async ValueTask DisposeAsync()
    {
        PublishRequest[] waiting;
        ProducerClient[] producers;
        lock (_lock)
        {
            _isClosed = true;
            waiting = [.. _waiting];
            _waiting.Clear();
            producers = [.. _retired, .. _producer is null ? [] : (ProducerClient[])[_producer]];
        }

        foreach (var request in waiting)
        {
            request.ReturnBytes();
            request.Complete(transport.Disposed());
        }

        foreach (var producer in producers)
        {
            producer.Retire(purge: false);
        }

        var ended = Task.WhenAll(producers.Select(static producer => producer.Ended));
        try
        {
            await ended.WaitAsync(transport.Options.PublishTimeout + TimeSpan.FromSeconds(1), transport.Clock).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            Array.ForEach(producers, static producer =>
            {
                if (!producer.Ended.IsCompleted)
                {
                    producer.Retire(purge: true);
                }
            });
            await ended.ConfigureAwait(false);
        }
    }

    private bool HasRoom(PublishRequest request)
        => _count < transport.Options.MaxUnconfirmed && (_count == 0 || _bytes + request.Length <= transport.Options.MaxUnconfirmedBytes);

    /// <summary>Hands a record to the client, which copies it; its outcome when that says no at once. Under the lock.</summary>
    private PublishOutcome? HandOver(PublishRequest request)
    {
        _count++;
        _bytes += request.Length;
        if (_producer!.Produce(request) is not { } error)
        {
            request.ReturnBytes();
            return null;
        }

        _count--;
        _bytes -= request.Length;
        return new PublishOutcome(Native.KafkaError.IsRefusal(error.Code) ? PublishStatus.Rejected : PublishStatus.Unknown, $"Kafka at {transport.Description}: {error.Text}");
    }

    private void WatchCancellation(PublishRequest request, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            // What is with the client stays there: a cancellation never reaches the wire.
            if (!request.IsWaiting)
            {
                return;
            }

            request.Cancellation = cancellationToken.UnsafeRegister(static state => ((PublishRequest)state!).Withdraw(), request);
        }
    }

    /// <summary>Takes back one that waits for room.</summary>
    public void Withdraw(PublishRequest request)
    {
        lock (_lock)
        {
            if (!request.IsWaiting)
            {
                return;
            }

            request.IsWaiting = false;
            _waiting.Remove(request);
        }

        request.ReturnBytes();
        request.Complete(new PublishOutcome(PublishStatus.Rejected, "The publish was cancelled before it was handed over."));
        Advance();
    }

    private PublishRequest Rent()
    {
        if (!_free.TryPop(out var request))
        {
            request = new PublishRequest(this, _requests.Count);
            _requests.Add(request);
        }

        return request;
    }
}
