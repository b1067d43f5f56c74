using HighPerf.Transports;

namespace HighPerf.Execution;

/// <summary>
/// One concurrency budget: its slots, and the messages that wait for one. Each task has a queue of its own; slots take from the queues in turn, so that one busy task
/// does not keep the others waiting.
/// <para>
/// Slots that use a processor are counted, and no more of them are awake than <see cref="AwakeLimit"/> says: tasks that complete at once are run by one slot, or a few,
/// and not by all of them in turn. A slot whose task awaits something is not counted and wakes another one. The worker's <see cref="Lookout"/> raises the limit when
/// tasks block their threads, or when more slots get more done.
/// </para>
/// </summary>
internal sealed class Lane
{
    private readonly Lock _gate = new();
    private readonly Slot[] _idle;
    private int _awakeLimit;
    private WorkQueue? _first;
    private WorkQueue? _last;
    private WorkItem? _spare;
    private int _idleCount;
    private int _awake;
    private int _waiting;
    private long _taken;

    /// <param name="slots">Slots of the lane.</param>
    /// <param name="awakeLimit">Slots that are awake without being blocked, to begin with.</param>
    public Lane(int slots, int awakeLimit)
    {
        _idle = new Slot[slots];
        _awakeLimit = awakeLimit;
        _awake = slots;
    }

    /// <summary>Messages that wait for a slot.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>Slots that use a processor, or look for something to do.</summary>
    public int Awake => Volatile.Read(ref _awake);

    public int AwakeLimit
    {
        get => Volatile.Read(ref _awakeLimit);
        set => Volatile.Write(ref _awakeLimit, value);
    }

    /// <summary>Messages taken so far.</summary>
    public long Taken => Volatile.Read(ref _taken);

    /// <summary>Adds those of the deliveries that were fetched together that are for this lane.</summary>
    public void Enqueue(ReadOnlySpan<Delivery> deliveries, ReadOnlySpan<TaskRegistration?> registrations, SlotKind kind, WorkQueue forUnknown)
    {
        lock (_gate)
        {
            for (var i = 0; i < deliveries.Length; i++)
            {
                var registration = registrations[i];
                if ((registration?.Descriptor.Slot ?? SlotKind.Io) != kind)
                {
                    continue;
                }

                var item = _spare ?? new WorkItem();
                _spare = item.Next;
                item.Next = null;
                item.Delivery = deliveries[i];
                item.Registration = registration;
                var queue = registration?.Queue ?? forUnknown;
                if (queue.Enqueue(item))
                {
                    Append(queue);
                }

                _waiting++;
            }
        }
    }

    /// <summary>Takes the next message.</summary>
    /// <param name="item">What the slot had taken before, or null; what it takes now, or null.</param>
    public bool TryTake(ref WorkItem? item)
    {
        if (Volatile.Read(ref _waiting) == 0)
        {
            return false;
        }

        Slot? next = null;
        lock (_gate)
        {
            if (_first is not { } queue)
            {
                return false;
            }

            if (item is not null)
            {
                item.Next = _spare;
                _spare = item;
            }

            item = queue.Dequeue();
            _waiting--;
            _taken++;
            if (queue.Next is not null || queue.First is null)
            {
                _first = queue.Next;
                queue.Next = null;
                if (_first is null)
                {
                    _last = null;
                }

                if (queue.First is not null)
                {
                    Append(queue);
                }
            }

            if (_waiting > 0 && _idleCount > 0 && _awake < _awakeLimit)
            {
                next = PopIdle();
            }
        }

        next?.Wake();
        return true;
    }

    /// <summary>Wakes one idle slot; false if there is none.</summary>
    public bool TryWake()
    {
        Slot slot;
        lock (_gate)
        {
            if (_idleCount == 0)
            {
                return false;
            }

            slot = PopIdle();
        }

        slot.Wake();
        return true;
    }

    /// <summary>A slot's task awaits something: the slot no longer uses a processor. True if there is room for another slot.</summary>
    public bool Suspend() => Interlocked.Decrement(ref _awake) < AwakeLimit;

    /// <summary>The task goes on.</summary>
    public void Resume() => Interlocked.Increment(ref _awake);

    /// <summary>
    /// Makes a slot idle, unless there is something to do and nobody else awake to do it: the last one that is awake looks under the lock that wakers take. One of
    /// too many goes whatever there is to do.
    /// </summary>
    public bool TryPark(Slot slot, Func<bool> isReady)
    {
        lock (_gate)
        {
            if (_awake <= _awakeLimit && (_waiting > 0 || (_awake == 1 && isReady())))
            {
                return false;
            }

            slot.PrepareToPark();
            _idle[_idleCount++] = slot;
            Interlocked.Decrement(ref _awake);
            return true;
        }
    }

    /// <summary>Takes everything that waits: the worker drains.</summary>
    public List<WorkItem> TakeAll()
    {
        var items = new List<WorkItem>();
        lock (_gate)
        {
            for (; _first is { } queue; _first = queue.Next, queue.Next = null)
            {
                while (queue.First is not null)
                {
                    items.Add(queue.Dequeue());
                }
            }

            _last = null;
            _waiting = 0;
        }

        return items;
    }

    /// <summary>Lists the deliveries that wait, for the renewal of their leases.</summary>
    public void CopyWaiting(List<Delivery> destination)
    {
        lock (_gate)
        {
            for (var queue = _first; queue is not null; queue = queue.Next)
            {
                for (var item = queue.First; item is not null; item = item.Next)
                {
                    destination.Add(item.Delivery);
                }
            }
        }
    }

    private Slot PopIdle()
    {
        var slot = _idle[--_idleCount];
        _idle[_idleCount] = null!;
        Interlocked.Increment(ref _awake);
        return slot;
    }

    private void Append(WorkQueue queue)
    {
        if (_last is null)
        {
            _first = queue;
        }
        else
        {
            _last.Next = queue;
        }

        _last = queue;
    }
}
