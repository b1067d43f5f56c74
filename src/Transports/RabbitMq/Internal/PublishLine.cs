using RabbitMQ.Client.Exceptions;

namespace HighPerf.Transports.RabbitMq;

/// <summary>
/// Who has to wait before a queue takes his message – for room, for the declaration, for a level of delays – waits here, in order. One loop does what the first one needs.
/// </summary>
internal sealed class PublishLine(RabbitMqQueue queue, RabbitMqTransport transport)
{
    private readonly Lock _lock = new();
    private readonly RabbitMqTransportOptions _options = transport.Options;
    private readonly Wake _room = new();
    private readonly LinkedList<PublishRequest> _waiting = new();
    private RoomEstimate _estimate = new(transport.Options.Capacity, transport.Options.CapacityBytes);
    private bool _isAdvancing;
    private bool _isClosed;

    public void Hand(PublishRequest request)
    {
        lock (_lock)
        {
            if (!_isClosed)
            {
                if (_waiting.Count == 0 && TryAdmit(request))
                {
                    // Under the lock: the pump gets them in the order in which they came.
                    transport.Pump.Send(request);
                    return;
                }

                if (request.WaitsForRoom || _waiting.First is null)
                {
                    _waiting.AddLast(request);
                }
                else if (TryAdmit(request))
                {
                    // Nobody who waits for room holds up what is not to wait for it.
                    transport.Pump.Send(request);
                    return;
                }
                else
                {
                    _waiting.AddFirst(request);
                }
            }
        }

        if (_isClosed)
        {
            request.TryWithdraw(transport.Disposed());
            return;
        }

        Advance();
    }

    public void Cancel(PublishRequest request)
    {
        lock (_lock)
        {
            _waiting.Remove(request);
        }

        // On the wire its outcome will tell. The next one may be smaller and have room.
        request.TryWithdraw(new PublishOutcome(PublishStatus.Rejected, "The publish was cancelled while it waited."));
        Advance();
    }

    /// <summary>A request that was handed to the pump has its outcome.</summary>
    public void OnEnded(PublishRequest request, PublishOutcome outcome)
    {
        lock (_lock)
        {
            _estimate.OnEnded(request, outcome.IsAccepted);
        }
    }

    /// <summary>The broker did not take it: the queue is full there, or has no leader. It goes back to the front and is tried again.</summary>
    public void OnRefused(PublishRequest request)
    {
        const int Most = 40;
        if (++request.Refusals > Most || !request.WaitsForRoom)
        {
            request.TryComplete(new PublishOutcome(PublishStatus.Rejected, $"RabbitMQ refused the message (basic.nack): {queue} is full there, or its queue is not available."));
            return;
        }

        if (!request.TryStageAgain())
        {
            return;
        }

        lock (_lock)
        {
            _estimate.OnEnded(request, isAccepted: false);
            _estimate.IsFull = true;

            // Confirmations come in the order of publishing, mostly: behind those that were refused before.
            var before = _waiting.First;
            while (before is { Value.Refusals: > 0 })
            {
                before = before.Next;
            }

            _ = before is null ? _waiting.AddLast(request) : _waiting.AddBefore(before, request);
        }

        Advance();
    }

    /// <summary>Something was taken away: those that wait try again.</summary>
    public void OnRoom()
    {
        if (_waiting.Count > 0)
        {
            _room.Set();
        }
    }

    public void Close()
    {
        PublishRequest[] left;
        lock (_lock)
        {
            _isClosed = true;
            left = [.. _waiting];
            _waiting.Clear();
        }

        _room.Set();
        foreach (var request in left)
        {
            request.TryWithdraw(transport.Disposed());
        }
    }

    private bool TryAdmit(PublishRequest request)
    {
        if (!queue.IsDeclared || request.Level >= queue.Topology.Levels)
        {
            return false;
        }

        return _estimate.TryAdmit(request);
    }

    private void Advance()
    {
        lock (_lock)
        {
            if (_isAdvancing || _waiting.Count == 0 || _isClosed)
            {
                _room.Set();
                return;
            }

            _isAdvancing = true;
        }

        _ = Task.Run(AdvanceAsync);
    }

    /// <summary>Does what the first of those that wait needs, until nobody waits.</summary>
    private async Task AdvanceAsync()
    {
        var unreachableSince = 0L;
        while (true)
        {
            PublishRequest? first;
            lock (_lock)
            {
                while (_waiting.First is { } node && (node.Value.IsDone || TryAdmit(node.Value)))
                {
                    _waiting.RemoveFirst();
                    if (!node.Value.IsDone)
                    {
                        transport.Pump.Send(node.Value);
                    }
                }

                first = _waiting.First?.Value;
                if (first is null || _isClosed)
                {
                    _isAdvancing = false;
                    return;
                }
            }

            try
            {
                if (!queue.IsDeclared)
                {
                    await queue.DeclareAsync(CancellationToken.None).ConfigureAwait(false);
                }
                else if (first.Level >= queue.Topology.Levels)
                {
                    await queue.Topology.DeclareLevelsAsync(first.Level, CancellationToken.None).ConfigureAwait(false);
                }
                else
                {
                    await MakeRoomAsync().ConfigureAwait(false);
                }

                unreachableSince = 0;
            }
#pragma warning disable CA1031 // Whoever waits learns it.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                if (unreachableSince == 0)
                {
                    unreachableSince = transport.Clock.GetTimestamp();
                }

                var isRefused = exception is HighPerfException { InnerException: OperationInterruptedException } or OperationInterruptedException { ShutdownReason.ReplyCode: ChannelEnd.AccessRefused };
                if (isRefused || transport.Clock.GetElapsedTime(unreachableSince) >= _options.PublishTimeout)
                {
                    EndWaiting(new PublishOutcome(isRefused ? PublishStatus.Rejected : PublishStatus.Unknown, exception.Message));
                }
                else
                {
                    await Task.Delay(_options.ReconnectShortest, transport.Clock).ConfigureAwait(false);
                }
            }
        }
    }

    private async Task MakeRoomAsync()
    {
        lock (_lock)
        {
            _estimate.BeginCount();
        }

        var (ready, delayed, _) = await queue.CountAsync(CancellationToken.None).ConfigureAwait(false);
        lock (_lock)
        {
            _estimate.EndCount(ready + delayed);
            if (_waiting.First is not { } node || node.Value.IsDone || _estimate.HasRoom(node.Value))
            {
                return;
            }
        }

        await _room.WaitAsync(_options.FullQueuePoll, CancellationToken.None).ConfigureAwait(false);
    }

    private void EndWaiting(PublishOutcome outcome)
    {
        PublishRequest[] all;
        lock (_lock)
        {
            all = [.. _waiting];
            _waiting.Clear();
        }

        foreach (var request in all)
        {
            request.TryWithdraw(outcome);
        }
    }
}
