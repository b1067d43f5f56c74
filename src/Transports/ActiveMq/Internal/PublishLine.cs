using HighPerf.Connections;
using HighPerf.Transports.ActiveMq.Stomp;

namespace HighPerf.Transports.ActiveMq;

/// <summary>
/// The way out: one connection that nothing is received on but receipts, because the broker holds up a whole connection whose SEND it has no room for. What is published while a
/// commit is outstanding goes with the next one, in the order that the publishers gave.
/// </summary>
internal sealed class PublishLine : StompHandler, IAsyncDisposable
{
    private const int MaxSpare = 1024;
    private const int MaxDelayedOut = 256;

    private readonly Lock _lock = new();
    private readonly ActiveMqTransport _transport;
    private readonly Stack<PublishRequest> _spare = new();
    private readonly Stack<PublishBatch> _spareBatches = new();
    private readonly List<PublishBatch> _out = [];
    private readonly ITimer _timer;
    private readonly long _timeout;
    private PublishQueue _waiting;
    private bool _isConnected;
    private bool _isSending;
    private bool _isWaitingForRoom;
    private bool _isClosed;
    private int _singly;

    public PublishLine(ActiveMqTransport transport)
    {
        _transport = transport;
        _timeout = (long)(transport.Options.PublishTimeout.TotalSeconds * transport.Clock.TimestampFrequency);
        Client = transport.CreateClient("publish", this);
        var look = TimeSpan.FromTicks(Math.Clamp(transport.Options.PublishTimeout.Ticks / 4, TimeSpan.TicksPerMillisecond * 10, TimeSpan.TicksPerSecond / 4));
        using (ExecutionContext.IsFlowSuppressed() ? default : ExecutionContext.SuppressFlow())
        {
            _timer = transport.Clock.CreateTimer(static state => ((PublishLine)state!).OnTimer(), this, look, look);
        }
    }

    public StompClient Client { get; }

    public long UtcNowTicks => _transport.Clock.GetUtcNow().UtcTicks;

    public ValueTask<PublishOutcome> PublishAsync(ActiveMqQueue queue, in OutgoingMessage message, CancellationToken cancellationToken)
    {
        PublishRequest request;
        ValueTask<PublishOutcome> outcome;
        lock (_lock)
        {
            if (_isClosed)
            {
                message.Bytes.Return();
                return new ValueTask<PublishOutcome>(new PublishOutcome(PublishStatus.Rejected, $"Transport '{_transport.Name}' is disposed."));
            }

            request = _spare.TryPop(out var spare) ? spare : new PublishRequest(this);
            request.Queue = queue;
            request.Message = message;
            request.Since = _transport.Clock.GetTimestamp();
            _waiting.AddLast(request);
        }

        // Registered before it is sent: once sent it may be complete.
        outcome = request.Wait(cancellationToken);
        SendWaiting();
        return outcome;
    }

    public void Cancel(PublishRequest request)
    {
        lock (_lock)
        {
            if (request.Place != PublishPlace.Waiting)
            {
                // On the wire: its outcome will tell.
                return;
            }

            _waiting.Remove(request);
        }

        request.Complete(new PublishOutcome(PublishStatus.Rejected, "The publish was cancelled while it waited."));
    }

    public void Recycle(PublishRequest request)
    {
        lock (_lock)
        {
            if (_spare.Count < MaxSpare)
            {
                _spare.Push(request);
            }
        }
    }

    /// <summary>Ends all of a batch the same way, and sends the next one.</summary>
    public void End(PublishBatch batch, PublishOutcome outcome)
    {
        lock (_lock)
        {
            Take(batch);
        }

        SendWaiting();
        foreach (var request in batch.Requests)
        {
            request.Complete(outcome);
        }

        Return(batch);
    }

    /// <summary>One message of a batch was refused and nobody knows which: each gets its own answer.</summary>
    public void SendSingly(PublishBatch batch, string reason)
    {
        ActiveMqLog.BatchRefused(_transport.Logger, batch.Count, reason);
        lock (_lock)
        {
            Take(batch);
            _singly += batch.Count;
            for (var i = batch.Count - 1; i >= 0; i--)
            {
                batch.Requests[i].Resends++;
                _waiting.AddFirst(batch.Requests[i]);
            }
        }

        Return(batch);
        SendWaiting();
    }

    public override void OnConnected(int epoch)
    {
        lock (_lock)
        {
            _isConnected = true;
        }

        SendWaiting();
    }

    public override void OnDisconnected(Exception reason)
    {
        lock (_lock)
        {
            _isConnected = false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        var rejected = new List<PublishRequest>();
        lock (_lock)
        {
            _isClosed = true;
            TakeWaiting(rejected, static _ => true);
        }

        await _timer.DisposeAsync().ConfigureAwait(false);
        foreach (var request in rejected)
        {
            request.Complete(new PublishOutcome(PublishStatus.Rejected, $"Transport '{_transport.Name}' was disposed while the publish waited."));
        }

        await Client.DisposeAsync().ConfigureAwait(false);
    }

    private void SendWaiting()
    {
        while (true)
        {
            PublishBatch? batch;
            lock (_lock)
            {
                batch = TryBeginBatch();
            }

            if (batch is null)
            {
                return;
            }

            var admission = Client.TrySend(batch);
            if (admission != WriteAdmission.Admitted)
            {
                PutBack(batch, admission);
                return;
            }
        }
    }

    /// <summary>The next batch, unless one is under way, there is nothing to send or no connection. Under the lock; the caller sends it outside.</summary>
    private PublishBatch? TryBeginBatch()
    {
        if (_waiting.First is not { } first || _isWaitingForRoom || !_isConnected || (_isSending && !first.IsDelayed) || _out.Count >= MaxDelayedOut)
        {
            return null;
        }

        var batch = _spareBatches.TryPop(out var spare) ? spare : new PublishBatch(this);
        var most = _singly > 0 ? 1 : PublishBatch.MaxMessages;
        while (_waiting.First is { } request && batch.TryAdd(request, most))
        {
            _waiting.Remove(request);
            request.Place = PublishPlace.Sent;
        }

        _singly = Math.Max(0, _singly - batch.Count);
        _isSending |= !batch.IsDelayed;
        batch.SentAt = _transport.Clock.GetTimestamp();
        _out.Add(batch);
        return batch;
    }

    /// <summary>Not sent: to the front again, until there is room or a connection.</summary>
    private void PutBack(PublishBatch batch, WriteAdmission admission)
    {
        lock (_lock)
        {
            Take(batch);
            _singly += _singly > 0 ? batch.Count : 0;
            for (var i = batch.Count - 1; i >= 0; i--)
            {
                _waiting.AddFirst(batch.Requests[i]);
            }

            _isWaitingForRoom |= admission == WriteAdmission.Full;
        }

        Return(batch);
        if (admission == WriteAdmission.Full)
        {
            _ = WaitForRoomAsync();
        }
    }

    private async Task WaitForRoomAsync()
    {
        await Client.Connection.WaitForRoomAsync().ConfigureAwait(false);
        lock (_lock)
        {
            _isWaitingForRoom = false;
        }

        SendWaiting();
    }

    private void Take(PublishBatch batch)
    {
        _out.Remove(batch);
        _isSending &= batch.IsDelayed;
    }

    private void Return(PublishBatch batch)
    {
        batch.Clear();
        lock (_lock)
        {
            _spareBatches.Push(batch);
        }
    }

    private void OnTimer()
    {
        var late = new List<PublishRequest>();
        var isHeldUp = false;
        lock (_lock)
        {
            var limit = _transport.Clock.GetTimestamp() - _timeout;
            TakeWaiting(late, request => request.Since < limit);
            foreach (var batch in _out)
            {
                isHeldUp |= batch.SentAt < limit;
            }
        }

        var seconds = _transport.Options.PublishTimeout.TotalSeconds;
        foreach (var request in late)
        {
            request.Complete(new PublishOutcome(PublishStatus.Unknown, $"Not sent within {seconds:0.#} s: {(Client.Connection.IsConnected ? "the broker holds up producers" : Client.Connection.LastError?.Message)}"));
        }

        if (isHeldUp)
        {
            // The receipt may still come, to nobody: only a new connection knows what is outstanding on it.
            Client.Connection.Abort(new TimeoutException($"No receipt within {seconds:0.#} s: the broker is slow, or holds up producers because it is full (producer flow control)."));
        }
    }

    private void TakeWaiting(List<PublishRequest> taken, Func<PublishRequest, bool> which)
    {
        for (var request = _waiting.First; request is not null;)
        {
            var next = request.Next;
            if (which(request))
            {
                _waiting.Remove(request);
                taken.Add(request);
            }

            request = next;
        }
    }
}
