using System.Runtime.CompilerServices;

namespace HighPerf.Transports;

/// <summary>
/// Every message that a queue has and that is not out: ready, in line, delayed, dead; and the moves between them. Guarded by the queue's lock, but for
/// <see cref="NothingToDeliver"/>.
/// </summary>
internal sealed class HeldMessages
{
    private readonly LocalTransport _transport;
    private readonly LocalTransportOptions _options;
    private readonly TimeProvider _clock;
    private readonly int _capacity;
    private readonly long _capacityBytes;
    private readonly uint _maxDeliveries;

    private readonly ReadyMessages _ready = new();
    private readonly OrderingLines _lines = new();
    private readonly DelayedMessages _delayed;
    private readonly DeadLetterBox _dead;

    // Ready, in line and delayed together: what Capacity and CapacityBytes bound. Redeliveries come back even when that exceeds the bound.
    private int _count;
    private long _bytes;

    public HeldMessages(LocalQueue queue, LocalTransport transport)
    {
        _transport = transport;
        _options = transport.Options;
        _clock = transport.Clock;
        _capacity = _options.Capacity;
        _capacityBytes = _options.CapacityBytes;
        _maxDeliveries = (uint)_options.MaxDeliveries;
        _delayed = new DelayedMessages(queue, _clock);
        _dead = new DeadLetterBox(_options.MaxDeadLetters);
    }

    /// <summary>Where a durable queue's messages survive; null in memory.</summary>
    public MessageStore? Store { get; set; }

    public bool AnyReady => _ready.Count > 0;

    /// <summary>True when nothing is ready and nothing is going to fall due. For who does not hold the lock.</summary>
    public bool NothingToDeliver => _ready.SeemsEmpty && _delayed.IsIdle;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool HasRoom(int length) => _count < _capacity && _bytes + length <= _capacityBytes;

    /// <summary>Adds a message that is published.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(PooledBuffer message, int length, long notBeforeTicks)
    {
        Count(length);
        AddCounted(message, notBeforeTicks);
    }

    /// <summary>Adds a message that has its room already.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AddCounted(PooledBuffer message, long notBeforeTicks)
    {
        if (message.OrderingKey is null && notBeforeTicks == 0)
        {
            _ready.AddLast(message);
        }
        else
        {
            AddOther(message, notBeforeTicks);
        }
    }

    /// <summary>Asks the processor for messages that are probably next. For who does not hold the lock.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Fetch(int count) => _ready.Fetch(count);

    /// <summary>Messages that have become due are ready from now on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void PromoteDue()
    {
        if (!_delayed.IsIdle)
        {
            Promote();
        }
    }

    public void RearmDelayTimer() => _delayed.RearmTimer();

    public void DisposeDelayTimer() => _delayed.DisposeTimer();

    /// <summary>Removes the next ready message, to be delivered. Null when it became a dead letter instead.</summary>
    /// <param name="nowTicks">The wall clock, read when the first message asks for it; 0 until then.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public PooledBuffer? TakeNext(ref long nowTicks)
    {
        var message = RemoveNextReady();
        if (message.ExpiresTicks != 0)
        {
            nowTicks = nowTicks == 0 ? _clock.GetUtcNow().UtcTicks : nowTicks;
            if (message.ExpiresTicks <= nowTicks)
            {
                Bury(message, DeadLetterReason.Expired, "Its time was over before it was delivered.");
                return null;
            }
        }

        if ((uint)message.DeliveryCount >= _maxDeliveries)
        {
            BuryExhausted(message);
            return null;
        }

        message.DeliveryCount++;
        return message;
    }

    /// <summary>Takes a message back that was out; what comes back is held even beyond the bounds.</summary>
    /// <param name="message">The message.</param>
    /// <param name="delay">Zero for at once.</param>
    /// <param name="settlement">Told when a durable queue's journal has it; null where nobody waits.</param>
    /// <param name="isUnchanged">True when the journal has nothing to learn.</param>
    public void GiveBack(PooledBuffer message, TimeSpan delay, Settlement? settlement = null, bool isUnchanged = false)
    {
        Count(message.Length);
        var nowTicks = _clock.GetUtcNow().UtcTicks;
        if (delay > TimeSpan.Zero)
        {
            var dueTicks = delay.Ticks < DateTime.MaxValue.Ticks - nowTicks ? nowTicks + delay.Ticks : DateTime.MaxValue.Ticks;
            Store?.Note(message, MessageNote.Delayed(message, dueTicks), settlement);
            _delayed.Add(message, dueTicks);
        }
        else
        {
            message.ReadySinceTicks = nowTicks;
            if (!isUnchanged)
            {
                Store?.Note(message, MessageNote.Ready(message), settlement);
            }

            _ready.AddFirst(message);
        }
    }

    /// <summary>
    /// Makes a dead letter of a message that is out. When they are full it comes back to the queue, delayed, and is counted: dropping it, or another one for it, would
    /// lose an accepted message without a record (contract D4, D9), while a queue that fills up is seen and pushes back on its publishers.
    /// </summary>
    public void Bury(PooledBuffer message, DeadLetterReason reason, string description, Settlement? settlement = null)
    {
        if (_dead.IsFull)
        {
            _transport.CountRefusedDeadLetter();
            GiveBack(message, _options.DeadLetterRetryDelay, settlement);
            return;
        }

        var heldKey = message.HoldsKey;
        message.HoldsKey = false;
        var letter = new HeldDeadLetter(message, reason, description, _clock.GetUtcNow());
        Store?.Note(message, MessageNote.Dead(in letter), settlement);
        _dead.Add(letter);
        if (heldKey)
        {
            FreeKey(message.OrderingKey!);
        }
    }

    /// <summary>The holder of an ordering key is done: the next in line, if there is one, is ready.</summary>
    public void FreeKey(string key)
    {
        if (_lines.TryAdvance(key, out var next))
        {
            _ready.AddLast(next);
        }
    }

    /// <summary>Discards all that is ready and in line, and what is delayed too if so asked.</summary>
    public long Purge(bool includeDelayed)
    {
        // Those in line first, so that freeing a key below brings nothing new.
        var (inLine, bytes) = _lines.DiscardWaiting(Store);
        _count -= inLine;
        _bytes -= bytes;
        long purged = inLine;
        while (_ready.Count > 0)
        {
            Discard(RemoveNextReady(discardOnly: true));
            purged++;
        }

        while (includeDelayed && _delayed.TryRemove(out var message))
        {
            Uncount(message.Length);
            Discard(message);
            purged++;
        }

        return purged;
    }

    public List<DeadLetter> BrowseDeadLetters(int max) => _dead.Browse(max);

    public int ReplayDeadLetters(int max)
    {
        var replayed = 0;
        var now = _clock.GetUtcNow().UtcTicks;
        while (replayed < max && _dead.TryRemove(out var letter))
        {
            var message = letter.Message;
            message.DeliveryCount = 0;
            message.ReadySinceTicks = now;

            // Whoever replays wants it delivered, expired or not. The envelope's own expiry is untouched: the worker still sees it.
            message.ExpiresTicks = 0;
            Store?.Note(message, MessageNote.Ready(message), settlement: null);
            Count(message.Length);
            AddReady(message);
            replayed++;
        }

        return replayed;
    }

    public void DiscardDeadLetters()
    {
        while (_dead.TryRemove(out var letter))
        {
            letter.Message.Return();
        }
    }

    /// <summary>What the journal had at opening, in the order in which it was published. Messages of a key that one of them held when it was released come behind that one.</summary>
    public void Restore(List<StoredMessage> messages)
    {
        foreach (var stored in messages)
        {
            if (stored.Note.HoldsKey && _lines.TryHold(stored.Message))
            {
                stored.Message.HoldsKey = true;
            }
        }

        foreach (var stored in messages)
        {
            var (message, note) = (stored.Message, stored.Note);
            if (note.State == MessageState.Dead)
            {
                _dead.Add(new HeldDeadLetter(message, note.Reason, note.Description, new DateTimeOffset(note.AtTicks, TimeSpan.Zero)));
                continue;
            }

            Count(message.Length);
            AddOther(message, note.State == MessageState.Delayed ? note.AtTicks : stored.NotBeforeTicks);
        }
    }

    public QueueLength GetLength(long inFlight)
        => new(
            _ready.Count + _lines.WaitingCount,
            _delayed.Count,
            inFlight,
            _dead.Count,
            _ready.OldestReadySince is { } oldest ? TimeSpan.FromTicks(Math.Max(0, _clock.GetUtcNow().UtcTicks - oldest)) : null);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Count(int length)
    {
        _count++;
        _bytes += length;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Uncount(int length)
    {
        _count--;
        _bytes -= length;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void AddOther(PooledBuffer message, long notBeforeTicks)
    {
        if (notBeforeTicks != 0 && notBeforeTicks > _clock.GetUtcNow().UtcTicks)
        {
            _delayed.Add(message, notBeforeTicks);
        }
        else
        {
            AddReady(message);
        }
    }

    private void AddReady(PooledBuffer message)
    {
        if (message.OrderingKey is not null && !message.HoldsKey)
        {
            if (!_lines.TryHold(message))
            {
                return;
            }

            message.HoldsKey = true;
        }

        _ready.AddLast(message);
    }

    private void Promote()
    {
        var nowTicks = _clock.GetUtcNow().UtcTicks;
        if (!_delayed.IsDue(nowTicks))
        {
            return;
        }

        while (_delayed.TryRemoveDue(nowTicks, out var message))
        {
            message.ReadySinceTicks = nowTicks;
            AddReady(message);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private PooledBuffer RemoveNextReady(bool discardOnly = false)
    {
        var message = _ready.RemoveNext(discardOnly);
        Uncount(message.Length);
        return message;
    }

    /// <summary>Forgets a message for good.</summary>
    private void Discard(PooledBuffer message)
    {
        if (message.HoldsKey)
        {
            FreeKey(message.OrderingKey!);
        }

        Store?.Remove(message);
        message.Return();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void BuryExhausted(PooledBuffer message)
        => Bury(message, DeadLetterReason.AttemptsExhausted, $"It was delivered {message.DeliveryCount} times, the transport's limit.");
}
