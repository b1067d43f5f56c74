using System.Buffers;

namespace HighPerf.Transports.ActiveMq;

/// <summary>What receivers do with what came.</summary>
internal sealed partial class QueueIntake
{
    public int TryReceive(ActiveMqReceiver receiver, Span<Delivery> burst)
    {
        var count = 0;
        lock (_lock)
        {
            if (receiver.IsStopped)
            {
                return 0;
            }

            var now = Clock.GetTimestamp();
            var lost = now >= _earliestDeadline ? LapseOverdue(now) : null;
            if (lost is not null)
            {
                _ = Task.Run(() => RaiseLeaseLost(lost));
            }

            var deadline = now + receiver.Lease;
            while (count < burst.Length && receiver.Taken < receiver.Prefetch && _pool.TryTake(out var row))
            {
                if (IsExpired(row))
                {
                    EndExpired(row);
                    continue;
                }

                _pool.GiveOut(row, receiver, deadline);
                receiver.Taken++;
                _earliestDeadline = Math.Min(_earliestDeadline, deadline);
                burst[count++] = new Delivery(receiver, new ReadOnlySequence<byte>(row.Bytes!.Memory), row.Token, row.Count);
            }

            if (count == 0)
            {
                receiver.IsStarved = receiver.Taken >= receiver.Prefetch;
                receiver.IsArmed = !receiver.IsStarved;
            }
            else
            {
                receiver.IsArmed = false;
                MarkReady();
            }
        }

        RaiseMarked();
        return count;
    }

    public ValueTask<bool> AcknowledgeAsync(ActiveMqReceiver receiver, long token)
    {
        ValueTask<bool> settled;
        lock (_lock)
        {
            if (BeginSettling(receiver, token) is not { } row)
            {
                return new ValueTask<bool>(false);
            }

            settled = _settlements.Add(row);
        }

        _settlements.Send();
        return settled;
    }

    public ValueTask<bool> DeadLetterAsync(ActiveMqReceiver receiver, long token, DeadLetterReason reason, string description)
    {
        DeliveryRow? row;
        lock (_lock)
        {
            row = BeginSettling(receiver, token);
            _moving += row is null ? 0 : 1;
        }

        return row is null ? new ValueTask<bool>(false) : MoveToDeadAsync(row, reason, description);
    }

    public ValueTask<bool> ReleaseAsync(ActiveMqReceiver receiver, long token, TimeSpan delay, bool counted)
    {
        DeliveryRow? row;
        var toScheduler = false;
        lock (_lock)
        {
            row = BeginSettling(receiver, token);
            if (row is null)
            {
                return new ValueTask<bool>(false);
            }

            row.Times -= counted ? 0 : 1;
            toScheduler = delay > TimeSpan.Zero && row.Key is null && _transport.Facts.HasScheduler;
            if (toScheduler)
            {
                _moving++;
            }
            else
            {
                FreePlace(receiver);
                GiveBackOrHold(row, delay);
            }

            TryLeave();
        }

        RaiseMarked();
        return toScheduler ? CopyAsync(row, delay) : new ValueTask<bool>(true);
    }

    public int Renew(ActiveMqReceiver receiver, Span<long> tokens)
    {
        var current = 0;
        lock (_lock)
        {
            var deadline = Clock.GetTimestamp() + receiver.Lease;
            foreach (ref var token in tokens)
            {
                if (_pool.Find(token) is { State: DeliveryState.Out or DeliveryState.Settling } row && row.Owner == receiver)
                {
                    row.Deadline = deadline;
                    current++;
                }
                else
                {
                    token = 0;
                }
            }
        }

        return current;
    }

    /// <summary>Stops a receiver. When all are stopped and nothing is out any more, the broker gets back what came ahead.</summary>
    public async ValueTask StopAsync(ActiveMqReceiver receiver)
    {
        lock (_lock)
        {
            receiver.IsStopped = true;
            receiver.IsArmed = false;
            MarkReady();
            TryLeave();
        }

        RaiseMarked();
        await Volatile.Read(ref _leaving).ConfigureAwait(false);
    }

    public async ValueTask CloseAsync(ActiveMqReceiver receiver)
    {
        lock (_lock)
        {
            if (receiver.IsDisposed)
            {
                return;
            }

            receiver.IsDisposed = receiver.IsStopped = true;
            receiver.IsArmed = false;
            foreach (var row in _pool.Rows)
            {
                if (row.Owner != receiver)
                {
                    continue;
                }

                if (row.State == DeliveryState.Out)
                {
                    row.Times--;
                    receiver.Taken--;
                    _pool.GiveBack(row);
                    MarkReady();
                }
                else if (row.State == DeliveryState.Lost)
                {
                    _pool.Free(row)?.Return();
                }
            }

            receiver.Subscription!.IsUsed = false;
            _receivers.Remove(receiver);
            TryLeave();
        }

        RaiseMarked();
        await _transport.CloseAsync(this, receiver).ConfigureAwait(false);
    }

    private bool IsExpired(DeliveryRow row) => row.Expires != 0 && row.Expires <= Clock.GetUtcNow().ToUnixTimeMilliseconds();

    private IEnumerable<DeliveryRow> TakeHeld()
    {
        var taken = new List<DeliveryRow>(_held.Count);
        while (_held.TryDequeue(out var row, out _))
        {
            _pool.Move(row, DeliveryState.Settling);
            taken.Add(row);
        }

        return taken;
    }

    private void FreePlace(ActiveMqReceiver receiver)
    {
        receiver.Taken--;
        if (receiver.IsStarved && !receiver.IsStopped && receiver.Taken < receiver.Prefetch)
        {
            receiver.IsStarved = false;
            Mark(receiver);
        }
    }

    /// <summary>When something is ready, one of those that wait for it is to be told. Under the lock; <see cref="RaiseMarked"/> tells, outside.</summary>
    private void MarkReady()
    {
        for (var i = 0; _pool.Ready > 0 && i < _receivers.Count; i++)
        {
            var receiver = _receivers[(_nextReceiver + i) % _receivers.Count];
            if (receiver.IsArmed)
            {
                receiver.IsArmed = false;
                _nextReceiver = (_nextReceiver + i + 1) % _receivers.Count;
                Mark(receiver);
                return;
            }
        }
    }

    private void Mark(ActiveMqReceiver receiver)
    {
        if (!receiver.IsMarked)
        {
            receiver.IsMarked = true;
            Volatile.Write(ref _marked, _marked + 1);
        }
    }

    private void RaiseMarked()
    {
        while (Volatile.Read(ref _marked) > 0)
        {
            ActiveMqReceiver? marked;
            lock (_lock)
            {
                marked = _receivers.Find(static receiver => receiver.IsMarked);
                if (marked is null)
                {
                    _marked = 0;
                    return;
                }

                marked.IsMarked = false;
                _marked--;
            }

            marked.RaiseReady();
        }
    }

    /// <summary>When nobody here wants more and nothing is out, the broker gets back what came ahead. Under the lock.</summary>
    private void TryLeave()
    {
        if (_leaving.IsCompleted && _receivers.Count > 0 && _receivers.TrueForAll(static receiver => receiver.IsStopped) && _pool.Out + _pool.Settling == 0
            && _subscriptions.Exists(static subscription => !subscription.IsLeaving && !subscription.IsPurge))
        {
            Volatile.Write(ref _leaving, Task.Run(() => LeaveAsync(all: false)));
        }
    }
}
