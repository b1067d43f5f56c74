using HighPerf.Connections;
using HighPerf.Transports.Redis.Resp;

namespace HighPerf.Transports.Redis;

/// <summary>
/// A queue, and the way into it. What is published while an answer is outstanding goes with the next batch: one script call for up to 256 messages, and the order that the
/// publisher gave, also when the queue is full and they have to wait.
/// </summary>
internal sealed class RedisQueue : Destination, IThreadPoolWorkItem
{
    private const int MaxSpare = 1024;
    private const int LargeBatch = 64;

    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(100);

    private readonly Lock _lock = new();
    private readonly RedisTransport _transport;
    private readonly PublishBatch _batch;
    private readonly Stack<PublishRequest> _spare = new();
    private readonly ITimer _roomTimer;
    private readonly SemaphoreSlim _connecting = new(1);
    private PublishLine _waiting;
    private PublishLine _followUps;
    private bool _isSending;
    private int _lastCount;
    private bool _isFull;
    private bool _isClosed;
    private volatile bool _isDeclared;
    private volatile RedisNode? _node;

    public RedisQueue(RedisTransport transport, string queue)
        : base(transport, queue)
    {
        _transport = transport;
        Keys = new RedisKeys(transport.Options.KeyPrefix, queue);
        _batch = new PublishBatch(this, transport.Options);
        using (ExecutionContext.IsFlowSuppressed() ? default : ExecutionContext.SuppressFlow())
        {
            _roomTimer = transport.Clock.CreateTimer(static state => ((RedisQueue)state!).OnRoom(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    public RedisKeys Keys { get; }

    /// <summary>Where the queue is: final once it is declared.</summary>
    public RedisNode Node => _node ?? _transport.Node;

    public ValueTask<PublishOutcome> PublishAsync(in OutgoingMessage message, CancellationToken cancellationToken)
    {
        var options = _transport.Options;
        if (cancellationToken.IsCancellationRequested)
        {
            return Refuse(in message, "The publish was cancelled before it was handed over.");
        }

        if (message.Bytes.Length > options.MaxMessageBytes || message.Bytes.Length > options.CapacityBytes)
        {
            return Refuse(in message, $"The message has {message.Bytes.Length} bytes; {this} takes at most {Math.Min(options.MaxMessageBytes, options.CapacityBytes)}.");
        }

        PublishRequest? request;
        ValueTask<PublishOutcome> outcome;
        bool send, soon;
        lock (_lock)
        {
            if (_isClosed)
            {
                return Refuse(in message, $"Transport '{_transport.Name}' is disposed.");
            }

            request = _spare.TryPop(out var spare) ? spare : new PublishRequest(this);
            request.Message = message;
            (message.IsFollowUp ? ref _followUps : ref _waiting).AddLast(request);
            soon = TryDefer();
            send = !soon && TryBeginBatch();
        }

        // Registered before it is sent: once sent it may be complete.
        outcome = request.Wait(cancellationToken);
        if (soon)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
        else if (send)
        {
            Send();
        }

        return outcome;
    }

    /// <summary>Sends what there is by now.</summary>
    void IThreadPoolWorkItem.Execute()
    {
        bool send;
        lock (_lock)
        {
            _isSending = false;
            send = TryBeginBatch();
        }

        if (send)
        {
            Send();
        }
    }

    public void Cancel(PublishRequest request)
    {
        var send = false;
        lock (_lock)
        {
            request.IsCancelled = true;
            if (request.Place != PublishPlace.Waiting)
            {
                // On the wire: its outcome will tell.
                return;
            }

            (request.Message.IsFollowUp ? ref _followUps : ref _waiting).Remove(request);

            // It may have been too large for the room that there is, and the next one is not.
            _isFull = false;
            send = TryBeginBatch();
        }

        request.Complete(new PublishOutcome(PublishStatus.Rejected, "The publish was cancelled while it waited."));
        if (send)
        {
            Send();
        }
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

    /// <summary>Writes a script's call up to its arguments: three, and the keys.</summary>
    public void WriteScript(ref RespWriter writer, RedisScript script, bool byText)
    {
        writer.Argument(byText ? "EVAL"u8 : "EVALSHA"u8);
        writer.Argument(byText ? script.Body : script.Hash);
        writer.Raw(Keys.ForScripts);
    }

    /// <summary>Connects to the queue's node where that is one of its own, and creates the groups that are not there. Before anything else with the queue.</summary>
    public async ValueTask DeclareAsync(bool again = false)
    {
        if (!_isDeclared || again)
        {
            if (_transport.IsCluster && _node is null)
            {
                await ConnectAsync().ConfigureAwait(false);
            }

            var reply = await CallAsync(RedisScript.Declare).ConfigureAwait(false);
            _isDeclared = !reply.IsError ? true : throw new HighPerfException($"{this} cannot be declared: {reply.Text}");
        }
    }

    public ValueTask<RespValue> CallAsync(RedisScript script, params object[] arguments) => Node.CallScriptAsync(Keys.All, script, arguments);

    /// <summary>There may be room: those that wait try again.</summary>
    public void OnRoom()
    {
        bool send;
        lock (_lock)
        {
            if (!_isFull)
            {
                return;
            }

            _isFull = false;
            send = TryBeginBatch();
        }

        if (send)
        {
            Send();
        }
    }

    /// <summary>The batch's script answered.</summary>
    /// <param name="error">Null, or why nothing of it was done.</param>
    /// <param name="unsafeReason">Null, or why what was done is not as safe as was asked for.</param>
    public void OnAnswer(string? error, string? unsafeReason)
    {
        if (error is not null && error.StartsWith("NOSCRIPT", StringComparison.Ordinal) && !_batch.ByText)
        {
            _batch.ByText = true;
            Send();
            return;
        }

        if (error is not null && error.Contains("NOGROUP", StringComparison.Ordinal))
        {
            _isDeclared = false;
            _ = SendSlowlyAsync();
            return;
        }

        if (error is not null)
        {
            if (Node.OnServerError(error) && _transport.Clock.GetElapsedTime(_batch.BeganAt) < _transport.Options.PublishTimeout)
            {
                // Not done, and not for good.
                _ = SendSlowlyAsync(pause: true);
                return;
            }

            EndBatch(new PublishOutcome(PublishStatus.Rejected, $"Redis refused: {error}"), followAnswer: false);
            return;
        }

        EndBatch(unsafeReason is null ? PublishOutcome.Accepted : new PublishOutcome(PublishStatus.Unknown, unsafeReason), followAnswer: true);
    }

    public void OnLost(string reason) => EndBatch(new PublishOutcome(PublishStatus.Unknown, reason), followAnswer: false);

    public void Close()
    {
        var rejected = new List<PublishRequest>();
        lock (_lock)
        {
            _isClosed = true;
            while ((_followUps.First ?? _waiting.First) is { } request)
            {
                (request.Message.IsFollowUp ? ref _followUps : ref _waiting).Remove(request);
                rejected.Add(request);
            }
        }

        _roomTimer.Dispose();
        foreach (var request in rejected)
        {
            request.Complete(new PublishOutcome(PublishStatus.Rejected, $"Transport '{_transport.Name}' was disposed while the publish waited."));
        }
    }

    private async Task ConnectAsync()
    {
        using var limit = new CancellationTokenSource(_transport.Options.PublishTimeout, _transport.Clock);
        await _connecting.WaitAsync(limit.Token).ConfigureAwait(false);
        try
        {
            if (_node is null)
            {
                var node = _transport.CreateNode(Keys.Slot);
                await node.StartAsync(limit.Token).ConfigureAwait(false);
                _node = node;
            }
        }
        finally
        {
            _connecting.Release();
        }
    }

    private static ValueTask<PublishOutcome> Refuse(in OutgoingMessage message, string reason)
    {
        message.Bytes.Return();
        return new ValueTask<PublishOutcome>(new PublishOutcome(PublishStatus.Rejected, reason));
    }

    /// <summary>
    /// Where several were in the last batch, several publishers are about to publish: the first of them does not go alone, with all others behind it, but by the next work item. A batch that was large pays
    /// for its call already. Under the lock.
    /// </summary>
    private bool TryDefer() => !_isSending && _lastCount is > 1 and < LargeBatch && (_isSending = true);

    /// <summary>Fills the batch, unless it is under way or there is nothing to send. Under the lock; the caller sends it outside.</summary>
    private bool TryBeginBatch()
    {
        if (_isSending)
        {
            return false;
        }

        while (_followUps.First is { } request && _batch.TryAdd(request))
        {
            _followUps.Remove(request);
            request.Place = PublishPlace.Sent;
        }

        while (!_isFull && _followUps.First is null && _waiting.First is { } request && _batch.TryAdd(request))
        {
            _waiting.Remove(request);
            request.Place = PublishPlace.Sent;
        }

        _batch.BeganAt = _transport.Clock.GetTimestamp();
        return _isSending = _batch.Count > 0;
    }

    private void Send()
    {
        if (!_isDeclared || Node.Publishing.TrySend(_batch) != WriteAdmission.Admitted)
        {
            _ = SendSlowlyAsync();
        }
    }

    private async Task SendSlowlyAsync(bool pause = false)
    {
        using var limit = new CancellationTokenSource(_transport.Options.PublishTimeout, _transport.Clock);
        try
        {
            if (pause)
            {
                await Task.Delay(s_pause, _transport.Clock, limit.Token).ConfigureAwait(false);
            }

            while (true)
            {
                var client = Node.Publishing;
                await client.Connection.WaitUntilConnectedAsync(limit.Token).ConfigureAwait(false);
                try
                {
                    await DeclareAsync().ConfigureAwait(false);
                }
                catch (RedisConnectionException)
                {
                    // Lost again; the next round waits for it.
                    await Node.Control.Connection.WaitUntilConnectedAsync(limit.Token).ConfigureAwait(false);
                    continue;
                }

                switch (client.TrySend(_batch))
                {
                    case WriteAdmission.Admitted:
                        return;
                    case WriteAdmission.Full:
                        await client.Connection.WaitForRoomAsync().WaitAsync(limit.Token).ConfigureAwait(false);
                        break;
                }
            }
        }
        catch (OperationCanceledException)
        {
            OnLost($"There was no connection to Redis for {_transport.Options.PublishTimeout.TotalSeconds:0.#} s: {Node.Publishing.Connection.LastError?.Message}");
        }
        catch (Exception exception)
        {
            OnLost(exception.Message);
        }
    }

    private void EndBatch(PublishOutcome outcome, bool followAnswer)
    {
        // Copied: completing publishers outside of the lock, when the batch may be under way again.
        var requests = System.Buffers.ArrayPool<PublishRequest?>.Shared.Rent(PublishBatch.MaxMessages);
        var count = 0;
        bool send, soon, wait;
        lock (_lock)
        {
            var batch = _batch.Requests;
            for (var i = batch.Length - 1; i >= 0; i--)
            {
                var request = batch[i];
                var isRefused = followAnswer && _batch.Letters[i] == (byte)'f';
                if (isRefused && !request.IsCancelled && !_isClosed)
                {
                    (request.Message.IsFollowUp ? ref _followUps : ref _waiting).AddFirst(request);
                    _isFull = true;
                    continue;
                }

                request.Place = PublishPlace.None;
                request.Outcome = isRefused ? new PublishOutcome(PublishStatus.Rejected, "The queue was full, and the publish was cancelled or the transport disposed.") : outcome;
                requests[count++] = request;
            }

            _lastCount = _batch.Count;
            _batch.Clear();
            _isSending = false;
            wait = _isFull;
            soon = TryDefer();
            send = !soon && TryBeginBatch();
        }

        if (wait)
        {
            _transport.SubscribeToRoom(this);
            _roomTimer.Change(_transport.Options.FullQueuePoll, Timeout.InfiniteTimeSpan);
        }

        if (send)
        {
            Send();
        }

        for (var i = count - 1; i >= 0; i--)
        {
            requests[i]!.Complete(requests[i]!.Outcome);
        }

        if (soon)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }

        Array.Clear(requests, 0, count);
        System.Buffers.ArrayPool<PublishRequest?>.Shared.Return(requests);
    }
}
