using System.Runtime.CompilerServices;

namespace HighPerf.Transports;

/// <summary>The publishers that wait for room in a full queue, first come first served, and spare waiters for the next ones. Guarded by the queue's lock.</summary>
internal sealed class PublishWaiters(LocalQueue queue)
{
    private const int MaxSpareWaiters = 1024;

    private readonly Stack<PublishWaiter> _spareWaiters = new();
    private PublishWaiter? _first;
    private PublishWaiter? _last;

    public bool IsEmpty => _first is null;

    /// <summary>A waiter that is not in the list.</summary>
    public PublishWaiter Rent(PooledBuffer message, long notBeforeTicks)
    {
        if (!_spareWaiters.TryPop(out var waiter))
        {
            waiter = new PublishWaiter(queue);
        }

        waiter.Message = message;
        waiter.NotBeforeTicks = notBeforeTicks;
        return waiter;
    }

    /// <summary>Queues a message behind those that wait.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public PublishWaiter Add(PooledBuffer message, long notBeforeTicks)
    {
        var waiter = Rent(message, notBeforeTicks);
        waiter.IsQueued = true;
        waiter.Previous = _last;
        if (_last is null)
        {
            _first = waiter;
        }
        else
        {
            _last.Next = waiter;
        }

        _last = waiter;
        return waiter;
    }

    public void Remove(PublishWaiter waiter)
    {
        if (waiter.Previous is null)
        {
            _first = waiter.Next;
        }
        else
        {
            waiter.Previous.Next = waiter.Next;
        }

        if (waiter.Next is null)
        {
            _last = waiter.Previous;
        }
        else
        {
            waiter.Next.Previous = waiter.Previous;
        }

        waiter.Next = waiter.Previous = null;
        waiter.IsQueued = false;
    }

    /// <summary>
    /// Moves the messages of waiting publishers in while there is room. The caller completes them outside of the lock; those of a durable queue, the journal does.
    /// </summary>
    public void Admit(HeldMessages held, ref PublishWaiterChain admitted)
    {
        while (_first is { } waiter && held.HasRoom(waiter.Message.Length))
        {
            Remove(waiter);
            if (held.Store is { } store)
            {
                queue.Stage(store, waiter);
                continue;
            }

            held.Add(waiter.Message, waiter.Message.Length, waiter.NotBeforeTicks);
            waiter.Message = null!;
            admitted.Add(waiter);
        }
    }

    /// <summary>Returns the buffers of all that wait. The caller completes them outside of the lock.</summary>
    public void Expel(ref PublishWaiterChain rejected)
    {
        while (_first is { } waiter)
        {
            Remove(waiter);
            waiter.Message.Return();
            waiter.Message = null!;
            rejected.Add(waiter);
        }
    }

    /// <summary>Keeps a waiter that is done, for another publisher.</summary>
    public void Recycle(PublishWaiter waiter)
    {
        if (_spareWaiters.Count < MaxSpareWaiters)
        {
            _spareWaiters.Push(waiter);
        }
    }
}
