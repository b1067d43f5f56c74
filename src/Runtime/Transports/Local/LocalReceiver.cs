using System.Buffers;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using HighPerf.Journal;

namespace HighPerf.Transports;

/// <summary>
/// A receiver over a fixed table of deliveries. A token is <c>generation &lt;&lt; 16 | index</c>; the table's word for an index says who owns the delivery: 0 free,
/// the token while it is out, its negative while a lapsed lease is taken away. Whoever moves that word away from the token by compare-and-swap has settled the
/// delivery: acknowledging needs no lock, and a stale token finds another word.
/// </summary>
internal sealed class LocalReceiver : Receiver
{
    public const int MaxPrefetch = 1 << IndexBits;

    private const int IndexBits = 16;
    private const int MaxBurst = 256;

    private readonly LocalQueue _queue;
    private readonly ReceiveSignal _signal;
    private readonly long _lease;
    private readonly long[] _tokens;
    private readonly Entry[] _entries;
    private readonly int[] _slots;
    private long _generation;
    private int _cursor;
    private int _starved;

    // Null in memory: nothing is to be known of starts after the process.
    private readonly StartMarks? _marks;
    private readonly int _firstMark;

    // Guards leases: the scan, renewal, the lapsed deliveries. Taken before the queue's lock, never after it.
    private readonly Lock _leaseLock = new();
    private readonly ITimer _leaseTimer;
    private int _leaseTimerArmed;
    private bool _closed;

    // Deliveries that lost their lease while their holder may still be reading: the holder keeps the bytes it borrowed until it settles (and is told no) or the
    // receiver is disposed; the redelivery got a copy.
    private readonly Dictionary<long, PooledBuffer> _lapsed = [];

    public LocalReceiver(LocalQueue queue, ReceiverOptions options, ReceiveSignal signal)
    {
        _queue = queue;
        _signal = signal;
        _lease = Math.Max(1, (long)(options.Lease.TotalSeconds * queue.Clock.TimestampFrequency));
        _tokens = new long[options.Prefetch];
        _entries = new Entry[options.Prefetch];
        _slots = new int[Math.Min(options.Prefetch, MaxBurst)];
        if (queue.Store is { } store)
        {
            _marks = store.Marks;
            _firstMark = _marks.Take(options.Prefetch);
        }

        _leaseTimer = QuietTimer.Create(queue.Clock, static state => ((LocalReceiver)state!).OnLeaseTimer(), this);
    }

    public override Destination Source => _queue;

    /// <summary>Guarded by the queue's lock.</summary>
    public bool IsArmed { get; set; }

    /// <summary>Guarded by the queue's lock.</summary>
    public bool IsStopped { get; set; }

    /// <summary>1 when the signal was disarmed to be raised; whoever sets it back to 0 raises it, once.</summary>
    public int IsSignalDue;

    public override int TryReceive(Span<Delivery> burst)
    {
        if (burst.IsEmpty)
        {
            return 0;
        }

        var wanted = Math.Min(burst.Length, _slots.Length);
        var free = FindFree(wanted);
        if (free == 0)
        {
            // Say that we wait for an entry, then look again: a settlement frees its entry before it looks whether we wait, so one of us sees the other.
            Interlocked.Exchange(ref _starved, 1);
            free = FindFree(wanted);
            if (free == 0)
            {
                return 0;
            }

            Interlocked.Exchange(ref _starved, 0);
        }

        var taken = _queue.Take(this, _slots.AsSpan(0, free), burst);
        if (taken > 0)
        {
            // Between publishing the tokens and reading the flag, as in OnLeaseTimer between clearing the flag and reading the tokens: never both miss.
            Interlocked.MemoryBarrier();
            if (Volatile.Read(ref _leaseTimerArmed) == 0)
            {
                ArmLeaseTimer();
            }
        }

        return taken;
    }

    public override ValueTask<bool> AcknowledgeAsync(long token)
    {
        var index = (int)(token & (MaxPrefetch - 1));
        if (token > 0 && index < _entries.Length)
        {
            // Read before the swap: if the swap succeeds the token was current all the time, so these are this delivery's.
            ref var entry = ref _entries[index];
            var message = entry.Message;
            var key = message?.OrderingKey;
            var stored = message?.Entry;
            if (Interlocked.CompareExchange(ref _tokens[index], 0, token) == token)
            {
                message!.Return();
                if (key is not null)
                {
                    _queue.AdvanceLine(key);
                }

                if (Volatile.Read(ref _starved) != 0)
                {
                    OnEntryFreed();
                }

                return stored is null ? new ValueTask<bool>(true) : _queue.RemoveAsync(stored);
            }
        }

        return new ValueTask<bool>(EndStale(token));
    }

    public override ValueTask<bool> ReleaseAsync(long token, TimeSpan delay, bool counted = true)
    {
        // What was never started and goes back at once is in the journal as it was before.
        var settlement = counted || delay > TimeSpan.Zero ? _queue.Store?.Rent() : null;
        var settled = settlement?.Task ?? new ValueTask<bool>(true);
        return _queue.TryRelease(this, token, delay, counted, settlement) ? AfterSettling(settled) : RefuseStale(token, settlement);
    }

    public override ValueTask<bool> DeadLetterAsync(long token, DeadLetterReason reason, string description)
    {
        var settlement = _queue.Store?.Rent();
        var settled = settlement?.Task ?? new ValueTask<bool>(true);
        return _queue.TryDeadLetter(this, token, reason, description, settlement) ? AfterSettling(settled) : RefuseStale(token, settlement);
    }

    public override int Renew(Span<long> tokens)
    {
        var current = 0;
        lock (_leaseLock)
        {
            var deadline = NewDeadline();
            foreach (ref var token in tokens)
            {
                var index = (int)(token & (MaxPrefetch - 1));
                if (token > 0 && index < _tokens.Length && Volatile.Read(ref _tokens[index]) == token)
                {
                    // Should it be settled and its entry taken again right now, the next delivery's first deadline is the same within a moment.
                    Volatile.Write(ref _entries[index].Deadline, deadline);
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

    public override ValueTask StopAsync(CancellationToken cancellationToken)
    {
        _queue.Stop(this);
        return default;
    }

    public override ValueTask DisposeAsync()
    {
        Close();
        return default;
    }

    /// <summary>Stops, and gives back what is out, uncounted and in its old order.</summary>
    public void Close()
    {
        _queue.Stop(this);
        lock (_leaseLock)
        {
            if (_closed)
            {
                return;
            }

            _closed = true;
            _leaseTimer.Dispose();
            var tokens = Array.FindAll(_tokens, token => token > 0);
            Array.Sort(tokens);
            for (var i = tokens.Length - 1; i >= 0; i--)
            {
                _queue.TryRelease(this, tokens[i], TimeSpan.Zero, counted: false, settlement: null);
            }

            foreach (var buffer in _lapsed.Values)
            {
                buffer.Return();
            }

            _lapsed.Clear();
        }

        _queue.Detach(this);
        _marks?.GiveBack(_firstMark, _tokens.Length);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public long NewDeadline() => _queue.Clock.GetTimestamp() + _lease;

    /// <summary>Called by the queue under its lock: a message goes out in a free entry.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Lend(int index, PooledBuffer message, long deadline)
    {
        Debug.Assert(_tokens[index] == 0, "The entry is in use.");
        ref var entry = ref _entries[index];
        entry.Message = message;
        entry.Deadline = deadline;
        _marks?.Mark(_firstMark + index, ((JournalEntry)message.Entry!).Number, message.DeliveryCount);
        Volatile.Write(ref _tokens[index], (++_generation << IndexBits) | (uint)index);
    }

    /// <summary>Describes what was lent. Called by the thread that receives, which alone lends.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Deliver(int index, out Delivery delivery)
    {
        var message = _entries[index].Message!;
        message.FetchBytes();
        delivery = new Delivery(this, message.Sequence, _tokens[index], message.DeliveryCount);
    }

    /// <summary>Called by the queue under its lock: settles a delivery whose message goes somewhere.</summary>
    public bool TryTakeBack(long token, [NotNullWhen(true)] out PooledBuffer? message)
    {
        var index = (int)(token & (MaxPrefetch - 1));
        if (token > 0 && index < _entries.Length)
        {
            message = _entries[index].Message!;
            if (Interlocked.CompareExchange(ref _tokens[index], 0, token) == token)
            {
                _marks?.Unmark(_firstMark + index);
                return true;
            }
        }

        message = null;
        return false;
    }

    /// <summary>Called by the queue under its lock when a lapsed delivery's message is back.</summary>
    public void FreeEntry(int index)
    {
        _marks?.Unmark(_firstMark + index);
        Interlocked.Exchange(ref _tokens[index], 0);
    }

    /// <summary>Deliveries that are out.</summary>
    public int CountOut() => _tokens.Length - _tokens.AsSpan().Count(0L);

    public void RaiseIfDue()
    {
        if (Volatile.Read(ref IsSignalDue) != 0 && Interlocked.Exchange(ref IsSignalDue, 0) != 0)
        {
            _signal.OnReady();
        }
    }

    private int FindFree(int wanted)
    {
        var tokens = _tokens;
        var found = 0;
        var index = _cursor;
        for (var looked = 0; looked < tokens.Length && found < wanted; looked++)
        {
            if (index == tokens.Length)
            {
                index = 0;
            }

            if (Volatile.Read(ref tokens[index]) == 0)
            {
                _slots[found++] = index;
            }

            index++;
        }

        _cursor = index;
        return found;
    }

    private ValueTask<bool> AfterSettling(ValueTask<bool> settled)
    {
        if (Volatile.Read(ref _starved) != 0)
        {
            OnEntryFreed();
        }

        return settled;
    }

    private ValueTask<bool> RefuseStale(long token, Settlement? settlement)
    {
        if (settlement is not null)
        {
            _queue.Store!.Recycle(settlement);
        }

        return new ValueTask<bool>(EndStale(token));
    }

    private void OnEntryFreed()
    {
        if (Interlocked.Exchange(ref _starved, 0) != 0)
        {
            _queue.OnEntryFreed(this);
        }
    }

    /// <summary>The holder of a lapsed delivery is done with the bytes that it borrowed.</summary>
    private bool EndStale(long token)
    {
        lock (_leaseLock)
        {
            if (_lapsed.Remove(token, out var buffer))
            {
                buffer.Return();
            }
        }

        return false;
    }

    private void ArmLeaseTimer()
    {
        lock (_leaseLock)
        {
            if (!_closed && _leaseTimerArmed == 0)
            {
                ArmForEarliest();
            }
        }
    }

    /// <summary>Runs when the earliest lease may be over; not armed while nothing is out, and not touched by receiving or settling while it is armed.</summary>
    private void OnLeaseTimer()
    {
        List<(long Token, PooledBuffer Message)>? lapsed;
        lock (_leaseLock)
        {
            if (_closed)
            {
                return;
            }

            Interlocked.Exchange(ref _leaseTimerArmed, 0);
            lapsed = TakeLapsed();
            ArmForEarliest();
        }

        if (lapsed is null)
        {
            return;
        }

        if (Volatile.Read(ref _starved) != 0)
        {
            OnEntryFreed();
        }

        foreach (var (token, _) in lapsed)
        {
            _signal.OnLeaseLost(this, token);
        }
    }

    private List<(long Token, PooledBuffer Message)>? TakeLapsed()
    {
        var now = _queue.Clock.GetTimestamp();
        List<(long Token, PooledBuffer Message)>? lapsed = null;
        for (var index = 0; index < _tokens.Length; index++)
        {
            var token = Volatile.Read(ref _tokens[index]);
            if (token == 0 || Volatile.Read(ref _entries[index].Deadline) > now)
            {
                continue;
            }

            var message = _entries[index].Message!;
            if (Interlocked.CompareExchange(ref _tokens[index], -token, token) == token)
            {
                _lapsed.Add(token, message);
                (lapsed ??= []).Add((token, CopyOf(message)));
            }
        }

        if (lapsed is null)
        {
            return null;
        }

        // Youngest first, each to the front: they are redelivered in the order in which they were delivered.
        lapsed.Sort(static (left, right) => right.Token.CompareTo(left.Token));
        foreach (var (token, message) in lapsed)
        {
            _queue.Redeliver(this, (int)(token & (MaxPrefetch - 1)), message);
        }

        return lapsed;
    }

    private PooledBuffer CopyOf(PooledBuffer message)
    {
        var copy = _queue.Pool.Rent();
        copy.Write(message.Span);
        copy.Priority = message.Priority;
        copy.OrderingKey = message.OrderingKey;
        copy.HoldsKey = message.HoldsKey;
        copy.DeliveryCount = message.DeliveryCount;
        copy.ExpiresTicks = message.ExpiresTicks;
        copy.Entry = message.Entry;
        return copy;
    }

    private void ArmForEarliest()
    {
        // Set before the tokens are read (a full fence): a receive that comes later either is seen here or sees the flag and leaves arming to us.
        var earliest = long.MaxValue;
        for (var index = 0; index < _tokens.Length; index++)
        {
            if (Volatile.Read(ref _tokens[index]) != 0)
            {
                earliest = Math.Min(earliest, Volatile.Read(ref _entries[index].Deadline));
            }
        }

        if (earliest == long.MaxValue)
        {
            return;
        }

        Volatile.Write(ref _leaseTimerArmed, 1);
        var clock = _queue.Clock;
        var now = clock.GetTimestamp();
        QuietTimer.FireAfter(_leaseTimer, earliest > now ? clock.GetElapsedTime(now, earliest) : TimeSpan.Zero);
    }

    private struct Entry
    {
        public PooledBuffer? Message;
        public long Deadline;
    }
}
