using HighPerf.Connections;
using HighPerf.Transports.Nats.Protocol;

namespace HighPerf.Transports.Nats;

/// <summary>The line of those that wait for room, for the connection or for the wire.</summary>
internal sealed partial class NatsQueue
{
    private void Place(PublishRequest request)
    {
        string? refusal = null;
        var drain = false;
        lock (_lock)
        {
            request.Order = ++_order;
            if (_isClosed || request.IsCancelled)
            {
                refusal = _isClosed ? $"Transport '{_transport.Name}' is disposed." : "The publish was cancelled before it was handed over.";
            }
            else if (LineOf(request).First is not null || TrySend(request) != WriteAdmission.Admitted)
            {
                LineOf(request).AddLast(request);
                drain = TryBeginDrain();
            }
        }

        if (refusal is not null)
        {
            request.Complete(new PublishOutcome(PublishStatus.Rejected, refusal));
        }
        else if (drain)
        {
            BeginDrain();
        }
    }

    /// <summary>On the pool, without the publisher's context.</summary>
    private void BeginDrain() => ThreadPool.UnsafeQueueUserWorkItem(static queue => _ = queue.DrainLineAsync(), this, preferLocal: false);

    private bool TryBeginDrain()
    {
        var begin = !_isDraining;
        _isDraining = true;
        return begin;
    }

    /// <summary>Sends if there is room for it; <see cref="WriteAdmission.Full"/> for whatever else it has to wait for. Under the lock.</summary>
    private WriteAdmission TrySend(PublishRequest request)
    {
        ref var message = ref request.Message;
        if (!_isDeclared || _unconfirmed >= _transport.Options.MaxUnconfirmed || _unconfirmedBytes >= MaxUnconfirmedBytes || (!message.IsFollowUp && (_room < 1 || _roomBytes < message.Bytes.Length)))
        {
            return WriteAdmission.Full;
        }

        var length = message.Bytes.Length;
        request.Place = PublishPlace.Sent;
        var admission = _transport.Client.TrySend(request);
        if (admission == WriteAdmission.Admitted)
        {
            // Its answer waits for this lock.
            _unconfirmed++;
            _unconfirmedBytes += length;
            _room--;
            _roomBytes -= length;
        }

        return admission;
    }

    private void End(PublishRequest request, PublishOutcome outcome)
    {
        lock (_lock)
        {
            request.Place = PublishPlace.None;
            Confirm(request);
        }

        request.Complete(outcome);
    }

    private void PutBack(PublishRequest request, bool isFull)
    {
        PublishOutcome? outcome = null;
        var drain = false;
        lock (_lock)
        {
            Confirm(request);
            request.Place = PublishPlace.None;
            request.Refusals += isFull ? 0 : 1;
            if (_isClosed || request.IsCancelled || request.Refusals > MaxRefusals)
            {
                outcome = new PublishOutcome(PublishStatus.Rejected, isFull ? "The queue was full, and the publish was cancelled or the transport disposed." : "NATS has nobody who takes it: no stream, or no leader of it.");
            }
            else
            {
                (_room, _roomBytes) = (0, 0);
                _isDeclared &= isFull;
                LineOf(request).AddInOrder(request);
                drain = TryBeginDrain();
            }
        }

        if (outcome is { } end)
        {
            request.Complete(end);
        }
        else if (drain)
        {
            BeginDrain();
        }
    }

    private void Confirm(PublishRequest request)
    {
        _unconfirmed--;
        _unconfirmedBytes -= request.Message.Bytes.Length;
        if (_isDraining && _unconfirmed < _transport.Options.MaxUnconfirmed)
        {
            _wake.Set();
        }
    }

    private async Task DrainLineAsync()
    {
        var failures = 0;
        while (true)
        {
            try
            {
                switch (SendWhatFits(out var looks))
                {
                    case null:
                        return;
                    case WriteAdmission.Disconnected:
                        await ConnectAsync().ConfigureAwait(false);
                        break;
                    case WriteAdmission.Full when !_isDeclared:
                        await ConnectAsync().ConfigureAwait(false);
                        await DeclareAsync().ConfigureAwait(false);
                        break;
                    case WriteAdmission.Full when looks:
                        _isWaitedFor = true;
                        if (!await LookForRoomAsync().ConfigureAwait(false))
                        {
                            await WaitAsync().ConfigureAwait(false);
                        }

                        _isWaitedFor = false;
                        break;
                    default:
                        // For confirmations, or for the wire.
                        await WaitAsync().ConfigureAwait(false);
                        break;
                }
            }
            catch (NatsConnectionException exception)
            {
                if (++failures * s_pauseAfterRefusal > _transport.Options.PublishTimeout)
                {
                    failures = 0;
                    EndLine(new PublishOutcome(PublishStatus.Unknown, exception.Message));
                }

                await Task.Delay(s_pauseAfterRefusal, _transport.Clock).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                EndLine(new PublishOutcome(PublishStatus.Unknown, $"There was no connection to NATS for {_transport.Options.PublishTimeout.TotalSeconds:0.#} s: {_transport.Client.Connection.LastError?.Message}"));
            }
            catch (Exception exception)
            {
                EndLine(new PublishOutcome(PublishStatus.Rejected, exception.Message));
            }
        }
    }

    /// <summary>Sends what fits, follow-ups first. Null: the line is empty and the loop's end.</summary>
    private WriteAdmission? SendWhatFits(out bool looksForRoom)
    {
        lock (_lock)
        {
            looksForRoom = false;
            while (_followUps.First is { } request)
            {
                _followUps.Remove(request);
                if (TrySend(request) is var admission && admission != WriteAdmission.Admitted)
                {
                    _followUps.AddInOrder(request);
                    return admission;
                }
            }

            while (_waiting.First is { } request)
            {
                _waiting.Remove(request);
                if (TrySend(request) is var admission && admission != WriteAdmission.Admitted)
                {
                    _waiting.AddInOrder(request);
                    looksForRoom = _room < 1 || _roomBytes < request.Message.Bytes.Length;
                    return admission;
                }
            }

            _isDraining = false;
            return null;
        }
    }

    /// <summary>Asks the server what the queue holds. Of the room that there is half is taken for granted: other processes publish too.</summary>
    private async ValueTask<bool> LookForRoomAsync()
    {
        long unconfirmed, unconfirmedBytes;
        lock (_lock)
        {
            (unconfirmed, unconfirmedBytes) = (_unconfirmed, _unconfirmedBytes);
        }

        var snapshot = await QueueSnapshot.TakeAsync(this, _transport.Api).ConfigureAwait(false);
        lock (_lock)
        {
            var room = _transport.Options.Capacity - snapshot.Ready - snapshot.Delayed - unconfirmed;
            var bytes = _transport.Options.CapacityBytes - snapshot.PayloadBytes - unconfirmedBytes;
            var next = _waiting.First?.Message.Bytes.Length ?? 0;
            if (room < 1 || bytes < next)
            {
                return false;
            }

            _room = (room + 1) / 2;
            _roomBytes = Math.Max(bytes / 2, next);
            return true;
        }
    }

    private async ValueTask ConnectAsync()
    {
        using var limit = new CancellationTokenSource(_transport.Options.PublishTimeout, _transport.Clock);
        await _transport.Client.Connection.WaitUntilConnectedAsync(limit.Token).ConfigureAwait(false);
    }

    private async ValueTask WaitAsync()
    {
        if (!_isClosed)
        {
            _timer.Change(_transport.Options.FullQueuePoll, Timeout.InfiniteTimeSpan);
            await _wake.WaitAsync().ConfigureAwait(false);
        }
    }

    private void EndLine(PublishOutcome outcome)
    {
        var ended = new List<PublishRequest>();
        lock (_lock)
        {
            while ((_followUps.First ?? _waiting.First) is { } request)
            {
                LineOf(request).Remove(request);
                ended.Add(request);
            }
        }

        foreach (var request in ended)
        {
            request.Complete(outcome);
        }
    }
}
