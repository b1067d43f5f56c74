using System.Buffers;
using Microsoft.Extensions.Logging;

namespace HighPerf.Transports.Kafka;

/// <summary>
/// What this process consumes of one queue: a member of its group, the partitions it got, and all that was fetched of them. Kafka knows a partition's owner and a watermark; single
/// deliveries with their leases, one message per key, and giving back in front are kept here, for all receivers of the queue in this process.
/// </summary>
internal sealed partial class QueueIntake
{
    private readonly Lock _lock = new();
    private readonly KafkaTransport _transport;
    private readonly DeliveryPool _pool = new();
    private readonly List<KafkaReceiver> _receivers = [];
    private readonly Stack<Settlement> _settlements = new();
    private readonly ITimer _timer;
    private TimeSpan _look = TimeSpan.FromMilliseconds(250);
    private long _earliestDeadline = long.MaxValue;
    private int _nextReceiver;
    private int _marked;

    public QueueIntake(KafkaTransport transport, KafkaQueue queue)
    {
        _transport = transport;
        Queue = queue;
        Join();
        using (ExecutionContext.IsFlowSuppressed() ? default : ExecutionContext.SuppressFlow())
        {
            _timer = Clock.CreateTimer(static state => ((QueueIntake)state!).OnTimer(), this, _look, _look);
        }
    }

    public KafkaQueue Queue { get; }

    public TimeProvider Clock => _transport.Clock;

    public ILogger Logger => _transport.Logger;

    /// <summary>Receivers and purges that need it.</summary>
    public int Users { get; set; }

    /// <summary>What is with consumers, and what is kept back until an instant.</summary>
    public (int Out, int Held) Count()
    {
        lock (_lock)
        {
            return (_pool.Out + _pool.Moving, _pool.Held);
        }
    }

    public KafkaReceiver Open(ReceiverOptions options, ReceiveSignal signal)
    {
        var receiver = new KafkaReceiver(this, options, signal);
        lock (_lock)
        {
            _receivers.Add(receiver);
            UpdateRoom();
            var look = TimeSpan.FromTicks(Math.Clamp(options.Lease.Ticks / 4, TimeSpan.TicksPerMillisecond * 5, _look.Ticks));
            if (look < _look)
            {
                _look = look;
                _timer.Change(look, look);
            }
        }

        Wake();
        return receiver;
    }

    public int TryReceive(KafkaReceiver receiver, Span<Delivery> burst)
    {
        var count = 0;
        lock (_lock)
        {
            if (receiver.IsStopped)
            {
                return 0;
            }

            var now = Clock.GetTimestamp();
            if (now >= _earliestDeadline && LapseOverdue(now) is { } lost)
            {
                _ = Task.Run(() => RaiseLeaseLost(lost));
            }

            var deadline = now + receiver.Lease;
            while (count < burst.Length && receiver.Taken < receiver.Prefetch && _pool.TryTake(out var row))
            {
                if (row.Expires != 0 && row.Expires <= Clock.GetUtcNow().UtcTicks)
                {
                    _pool.Move(row, DeliveryState.Moving);
                    _ = Task.Run(() => BuryAsync(row, DeadLetterReason.Expired, "Its time was over before it was delivered."));
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

        WakeForRoom();
        RaiseMarked();
        return count;
    }

    public ValueTask<bool> AcknowledgeAsync(KafkaReceiver receiver, long token)
    {
        ValueTask<bool> settled;
        lock (_lock)
        {
            if (BeginSettling(receiver, token) is not { } row)
            {
                return new ValueTask<bool>(false);
            }

            FreePlace(receiver);
            settled = Finish(row);
        }

        Wake();
        RaiseMarked();
        return settled;
    }

    public ValueTask<bool> DeadLetterAsync(KafkaReceiver receiver, long token, DeadLetterReason reason, string description)
    {
        lock (_lock)
        {
            if (BeginSettling(receiver, token) is not { } row)
            {
                return new ValueTask<bool>(false);
            }

            _pool.Move(row, DeliveryState.Moving);
            return BuryAsync(row, reason, description);
        }
    }

    public ValueTask<bool> ReleaseAsync(KafkaReceiver receiver, long token, TimeSpan delay, bool counted)
    {
        lock (_lock)
        {
            if (BeginSettling(receiver, token) is not { } row)
            {
                return new ValueTask<bool>(false);
            }

            row.Times -= counted ? 0 : 1;
            if (delay > TimeSpan.Zero && row.Key is null && Queue.Names.Delay is not null && !row.Partition.IsLeaving)
            {
                _pool.Move(row, DeliveryState.Moving);
                return PostponeAsync(row, delay);
            }

            FreePlace(receiver);
            GiveBackOrHold(row, delay);
        }

        RaiseMarked();
        return new ValueTask<bool>(true);
    }

    public int Renew(KafkaReceiver receiver, Span<long> tokens)
    {
        var current = 0;
        lock (_lock)
        {
            var deadline = Clock.GetTimestamp() + receiver.Lease;
            foreach (ref var token in tokens)
            {
                if (_pool.Find(token) is { State: DeliveryState.Out or DeliveryState.Moving } row && row.Owner == receiver)
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

    public void Stop(KafkaReceiver receiver)
    {
        lock (_lock)
        {
            receiver.IsStopped = true;
            receiver.IsArmed = false;
            UpdateRoom();
            MarkReady();
        }

        RaiseMarked();
    }

    public async ValueTask CloseAsync(KafkaReceiver receiver)
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
                    _pool.Free(row);
                }
            }

            _receivers.Remove(receiver);
            UpdateRoom();
        }

        RaiseMarked();
        await _transport.CloseAsync(this, receiver).ConfigureAwait(false);
    }

    /// <summary>Leaves the group: what is done is committed, what is not comes again elsewhere.</summary>
    public async ValueTask DisposeAsync()
    {
        await _timer.DisposeAsync().ConfigureAwait(false);
        lock (_lock)
        {
            _closing = 1;
            _closingSince = Clock.GetTimestamp();
        }

        Wake();
        await _ended.Task.ConfigureAwait(false);
    }

    /// <summary>Takes a delivery off its holder; null when it is not his any more. Under the lock.</summary>
    private DeliveryRow? BeginSettling(KafkaReceiver receiver, long token)
    {
        if (_pool.Find(token) is not { } row || row.Owner != receiver)
        {
            return null;
        }

        if (row.State == DeliveryState.Lost)
        {
            // The holder is done with the bytes now.
            _pool.Free(row);
            return null;
        }

        return row.State == DeliveryState.Out ? row : null;
    }

    /// <summary>A row is done: its offset is, and its key's next is ready. Completes when that is committed. Under the lock.</summary>
    private ValueTask<bool> Finish(DeliveryRow row)
    {
        var partition = row.Partition;
        partition.Done.Add(row.Offset);
        partition.IsDirty = true;
        Settlement? settlement;
        lock (_settlements)
        {
            _settlements.TryPop(out settlement);
        }

        settlement ??= new Settlement(_settlements);
        partition.Staged.Add(settlement);
        _pool.End(row);
        MarkReady();
        return settlement.Task;
    }

    private void GiveBackOrHold(DeliveryRow row, TimeSpan delay)
    {
        if (row.Partition.IsLeaving)
        {
            // Whoever gets the partition delivers it.
            _pool.End(row);
        }
        else if (delay <= TimeSpan.Zero)
        {
            _pool.GiveBack(row);
        }
        else
        {
            _pool.Hold(row, Clock.GetTimestamp() + (long)Math.Min(Math.Ceiling(delay.TotalSeconds * Clock.TimestampFrequency), long.MaxValue / 4));
        }

        MarkReady();
    }

    private void FreePlace(KafkaReceiver receiver)
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

    private void Mark(KafkaReceiver receiver)
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
            KafkaReceiver? marked;
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

    private static void RaiseLeaseLost(List<(KafkaReceiver Owner, long Token)> lost)
    {
        foreach (var (owner, token) in lost)
        {
            owner.RaiseLeaseLost(token);
        }
    }

    private void OnTimer()
    {
        List<(KafkaReceiver Owner, long Token)>? lost;
        lock (_lock)
        {
            var now = Clock.GetTimestamp();
            lost = now >= _earliestDeadline ? LapseOverdue(now) : null;
            if (_pool.ReleaseDue(now))
            {
                MarkReady();
            }
        }

        RaiseLeaseLost(lost ?? []);
        RaiseMarked();
    }

    /// <summary>Ends the leases that are over, and finds out when the next one will be. Under the lock.</summary>
    private List<(KafkaReceiver Owner, long Token)>? LapseOverdue(long now)
    {
        List<(KafkaReceiver Owner, long Token)>? lost = null;
        _earliestDeadline = long.MaxValue;
        for (var i = 0; i < _pool.Rows.Count; i++)
        {
            if (_pool.Rows[i] is not { State: DeliveryState.Out } row)
            {
                continue;
            }

            if (now < row.Deadline)
            {
                _earliestDeadline = Math.Min(_earliestDeadline, row.Deadline);
                continue;
            }

            (lost ??= []).Add((row.Owner!, row.Token));
            Lapse(row);
        }

        return lost;
    }

    /// <summary>A lease is over: the message is ready again, under another row, because the holder may still be reading the bytes of this one.</summary>
    private void Lapse(DeliveryRow row)
    {
        var again = _pool.Rent();
        (again.Sequence, again.Partition, again.Offset, again.Priority) = (row.Sequence, row.Partition, row.Offset, row.Priority);
        (again.Before, again.Key, again.HoldsKey, again.Expires) = (row.Count, row.Key, row.HoldsKey, row.Expires);
        again.Bytes = _transport.Rent();
        again.Bytes.Write(row.Bytes!.Span);
        row.HoldsKey = false;
        FreePlace(row.Owner!);
        _pool.Move(row, DeliveryState.Lost);
        GiveBackOrHold(again, TimeSpan.Zero);
    }
}
