using System.Runtime.CompilerServices;

namespace HighPerf.Transports;

/// <summary>
/// One queue: the messages that it holds, the publishers that wait for room, the receivers. One short lock guards them all; acknowledging does not take it. Signals
/// are raised and publishers are completed outside of the lock.
/// </summary>
internal sealed partial class LocalQueue : Destination
{
    private readonly Lock _lock = new();
    private readonly LocalTransport _transport;
    private readonly LocalTransportOptions _options;
    private readonly long _capacityBytes;
    private readonly HeldMessages _held;
    private readonly PublishWaiters _waiters;
    private readonly ReceiverList _receivers = new();
    private MessageStore? _store;
    private long _unusedSinceTicks;
    private bool _closed;

    public LocalQueue(LocalTransport transport, string queue)
        : base(transport, queue)
    {
        _unusedSinceTicks = transport.Clock.GetUtcNow().UtcTicks;
        _transport = transport;
        _options = transport.Options;
        _capacityBytes = _options.CapacityBytes;
        Clock = transport.Clock;
        _held = new HeldMessages(this, transport);
        _waiters = new PublishWaiters(this);
    }

    public TimeProvider Clock { get; }

    public BufferPool Pool => _transport.Pool;

    private bool IsClosed => Volatile.Read(ref _closed);

    public ValueTask<PublishOutcome> PublishAsync(in OutgoingMessage outgoing, CancellationToken cancellationToken)
    {
        var length = outgoing.Bytes.Length;
        if (length > _capacityBytes || cancellationToken.IsCancellationRequested)
        {
            return Refuse(in outgoing);
        }

        // Before the lock: the message's memory is this thread's as yet.
        var message = outgoing.Bytes;
        var notBeforeTicks = outgoing.NotBeforeTicks;
        message.Priority = outgoing.Priority;
        message.OrderingKey = outgoing.OrderingKey;
        message.HoldsKey = false;
        message.DeliveryCount = 0;
        message.ExpiresTicks = outgoing.ExpiresTicks;
        message.ReadySinceTicks = outgoing.SentTicks != 0 ? outgoing.SentTicks : Clock.GetUtcNow().UtcTicks;

        if (_store is { } store)
        {
            return StoreAsync(store, in outgoing, cancellationToken);
        }

        PublishWaiter? waiter = null;
        var signal = false;
        lock (_lock)
        {
            if (_closed)
            {
                goto Closed;
            }

            if ((_waiters.IsEmpty && _held.HasRoom(length)) || outgoing.IsFollowUp)
            {
                _held.Add(message, length, notBeforeTicks);
                signal = ShouldSignal();
            }
            else
            {
                waiter = _waiters.Add(message, notBeforeTicks);
            }
        }

        RaiseIf(signal);
        return waiter is null ? new ValueTask<PublishOutcome>(PublishOutcome.Accepted) : waiter.Wait(cancellationToken);

    Closed:
        return Refuse(in outgoing);
    }

    public Receiver Open(ReceiverOptions options, ReceiveSignal signal)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_closed, _transport);
            var receiver = new LocalReceiver(this, options, signal);
            _receivers.Add(receiver);
            return receiver;
        }
    }

    /// <summary>Moves up to as many ready messages as there are slots to the receiver. When it moves none, the receiver's signal is armed.</summary>
    public int Take(LocalReceiver receiver, ReadOnlySpan<int> slots, Span<Delivery> burst)
    {
        // Polling an empty queue must not take the lock that publishers need. Armed and empty: whoever enqueues from here on raises the signal.
        if (receiver.IsArmed && _held.NothingToDeliver)
        {
            return 0;
        }

        var taken = 0;
        bool signal;
        PublishWaiterChain admitted = default;
        var deadline = receiver.NewDeadline();
        _held.Fetch(slots.Length);
        lock (_lock)
        {
            if (_closed || receiver.IsStopped)
            {
                return 0;
            }

            _held.PromoteDue();
            var nowTicks = 0L;
            do
            {
                while (taken < slots.Length && _held.AnyReady)
                {
                    if (_held.TakeNext(ref nowTicks) is { } message)
                    {
                        receiver.Lend(slots[taken++], message, deadline);
                    }
                }

                if (!_waiters.IsEmpty)
                {
                    _waiters.Admit(_held, ref admitted);
                }
            }
            while (taken == 0 && _held.AnyReady);

            _receivers.SetArmed(receiver, taken == 0);
            signal = ShouldSignal();
        }

        // Outside the lock: this is the first touch of the messages' bytes by this processor.
        for (var i = 0; i < taken; i++)
        {
            receiver.Deliver(slots[i], out burst[i]);
        }

        admitted.CompleteAll(PublishOutcome.Accepted);
        RaiseIf(signal);
        return taken;
    }

    /// <summary>A receiver that was at its prefetch limit has a free entry: its signal is raised now, or armed when nothing is ready.</summary>
    public void OnEntryFreed(LocalReceiver receiver)
    {
        bool signal;
        lock (_lock)
        {
            if (_closed || receiver.IsStopped)
            {
                return;
            }

            _receivers.SetArmed(receiver, true);
            signal = ShouldSignal();
        }

        RaiseIf(signal);
    }

    /// <summary>Settles a delivery by giving the message back. The token changes hands under the lock, so that lengths never miss the message.</summary>
    public bool TryRelease(LocalReceiver receiver, long token, TimeSpan delay, bool counted, Settlement? settlement)
    {
        bool signal;
        lock (_lock)
        {
            if (!receiver.TryTakeBack(token, out var message))
            {
                return false;
            }

            if (!counted)
            {
                message.DeliveryCount--;
            }

            signal = GiveBack(message, delay, settlement, isUnchanged: !counted && settlement is null);
        }

        RaiseIf(signal);
        return true;
    }

    /// <summary>Settles a delivery by moving the message to the dead letters.</summary>
    public bool TryDeadLetter(LocalReceiver receiver, long token, DeadLetterReason reason, string description, Settlement? settlement)
    {
        bool signal;
        lock (_lock)
        {
            if (!receiver.TryTakeBack(token, out var message))
            {
                return false;
            }

            if (_closed)
            {
                message.Return();
                settlement?.OnNothing();
                return true;
            }

            _held.Bury(message, reason, description, settlement);
            signal = ShouldSignal();
        }

        RaiseIf(signal);
        return true;
    }

    /// <summary>Puts a message of a lapsed lease in front, and frees its entry in the same step.</summary>
    public void Redeliver(LocalReceiver receiver, int index, PooledBuffer message)
    {
        bool signal;
        lock (_lock)
        {
            receiver.FreeEntry(index);
            signal = GiveBack(message, TimeSpan.Zero, settlement: null, isUnchanged: false);
        }

        RaiseIf(signal);
    }

    public void Stop(LocalReceiver receiver)
    {
        lock (_lock)
        {
            receiver.IsStopped = true;
            _receivers.SetArmed(receiver, false);
        }
    }

    public void Detach(LocalReceiver receiver)
    {
        lock (_lock)
        {
            _receivers.Remove(receiver);
            _unusedSinceTicks = Clock.GetUtcNow().UtcTicks;
        }
    }

    /// <summary>The next message of an ordering key may be delivered: the one before it is done.</summary>
    public void AdvanceLine(string orderingKey)
    {
        bool signal;
        lock (_lock)
        {
            _held.FreeKey(orderingKey);
            signal = ShouldSignal();
        }

        RaiseIf(signal);
    }

    public void OnDelayTimer()
    {
        bool signal;
        lock (_lock)
        {
            if (_closed)
            {
                return;
            }

            _held.PromoteDue();
            _held.RearmDelayTimer();
            signal = ShouldSignal();
        }

        RaiseIf(signal);
    }

    public QueueLength GetLength()
    {
        lock (_lock)
        {
            return _held.GetLength(_receivers.CountOut());
        }
    }

    public long Purge(bool includeDelayed)
    {
        long purged;
        PublishWaiterChain admitted = default;
        bool signal;
        lock (_lock)
        {
            purged = _held.Purge(includeDelayed);
            if (!_closed)
            {
                _waiters.Admit(_held, ref admitted);
            }

            signal = ShouldSignal();
        }

        admitted.CompleteAll(PublishOutcome.Accepted);
        RaiseIf(signal);
        return purged;
    }

    public IReadOnlyList<DeadLetter> BrowseDeadLetters(int max)
    {
        lock (_lock)
        {
            return _held.BrowseDeadLetters(max);
        }
    }

    public int ReplayDeadLetters(int max)
    {
        int replayed;
        bool signal;
        lock (_lock)
        {
            replayed = _held.ReplayDeadLetters(max);
            signal = ShouldSignal();
        }

        RaiseIf(signal);
        return replayed;
    }

    public void CancelWaiter(PublishWaiter waiter)
    {
        PublishWaiterChain admitted = default;
        bool signal;
        lock (_lock)
        {
            if (!waiter.IsQueued)
            {
                return;
            }

            _waiters.Remove(waiter);

            // The one behind it may be small enough for the room that this one was too large for.
            _waiters.Admit(_held, ref admitted);
            signal = ShouldSignal();
        }

        waiter.Message.Return();
        waiter.Message = null!;
        waiter.Complete(new PublishOutcome(PublishStatus.Rejected, $"{this} is full ({Bound()}) and waiting for room was cancelled."));
        admitted.CompleteAll(PublishOutcome.Accepted);
        RaiseIf(signal);
    }

    public void RecycleWaiter(PublishWaiter waiter)
    {
        lock (_lock)
        {
            _waiters.Recycle(waiter);
        }
    }

    /// <summary>Discards what a reply queue holds, in the journal too, and closes it, if nobody consumed it since then.</summary>
    public bool TryEndUnused(long sinceTicks)
    {
        lock (_lock)
        {
            if (_receivers.All.Length > 0 || _unusedSinceTicks > sinceTicks)
            {
                return false;
            }

            _held.Purge(includeDelayed: true);
        }

        Close();
        return true;
    }

    /// <summary>Ends the queue: everything it holds is returned, publishers that wait are rejected.</summary>
    public void Close()
    {
        LocalReceiver[] receivers;
        PublishWaiterChain rejected = default;
        lock (_lock)
        {
            if (_closed)
            {
                return;
            }

            Volatile.Write(ref _closed, true);
            receivers = _receivers.All;
            _waiters.Expel(ref rejected);

            // What is discarded from here on is discarded from memory: the journal keeps it.
            _held.Store = null;
            _held.DisposeDelayTimer();
        }

        rejected.CompleteAll(new PublishOutcome(PublishStatus.Rejected, ClosedReason()));
        foreach (var receiver in receivers)
        {
            receiver.Close();
        }

        Purge(includeDelayed: true);
        lock (_lock)
        {
            _held.DiscardDeadLetters();
        }
    }

    /// <summary>Takes a message back that was out.</summary>
    private bool GiveBack(PooledBuffer message, TimeSpan delay, Settlement? settlement, bool isUnchanged)
    {
        if (_closed)
        {
            message.Return();
            settlement?.OnNothing();
            return false;
        }

        _held.GiveBack(message, delay, settlement, isUnchanged);
        return ShouldSignal();
    }

    /// <summary>Disarms the receivers to be signalled if something can be delivered; the caller then raises the signals outside of the lock.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool ShouldSignal()
    {
        if (!_receivers.AnyArmed || !_held.AnyReady)
        {
            return false;
        }

        _receivers.Disarm();
        return true;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void RaiseIf(bool signal)
    {
        if (signal)
        {
            _receivers.RaiseSignals();
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private ValueTask<PublishOutcome> Refuse(in OutgoingMessage outgoing)
    {
        var length = outgoing.Bytes.Length;
        outgoing.Bytes.Return();
        var reason = IsClosed
            ? ClosedReason()
            : length > _options.CapacityBytes
                ? $"The message has {length} bytes; {this} takes at most {_options.CapacityBytes} ({nameof(LocalTransportOptions.CapacityBytes)})."
                : $"Publishing to {this} was cancelled before it began.";
        return new ValueTask<PublishOutcome>(new PublishOutcome(PublishStatus.Rejected, reason));
    }

    private string ClosedReason() => $"{this} is closed: its transport was disposed.";

    private string Bound()
        => $"{nameof(LocalTransportOptions.Capacity)} {_options.Capacity} messages, {nameof(LocalTransportOptions.CapacityBytes)} {_options.CapacityBytes}";
}
