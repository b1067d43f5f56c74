using System.Diagnostics.CodeAnalysis;

namespace HighPerf.Transports.Nats.Protocol;

/// <summary>
/// Requests that wait for their answer. A token is <c>generation &lt;&lt; 20 | slot</c>: an answer that comes too late finds another token in its slot.
/// </summary>
internal sealed class PendingRequests(TimeProvider clock)
{
    private const int SlotBits = 20;

    private readonly Lock _lock = new();
    private readonly Stack<int> _free = new();
    private Slot[] _slots = new Slot[256];
    private int _used;
    private int _count;
    private long _generation;

    public bool IsEmpty => Volatile.Read(ref _count) == 0;

    public long Add(NatsRequest request)
    {
        lock (_lock)
        {
            if (!_free.TryPop(out var index))
            {
                index = _used++;
                if (index == 1 << SlotBits)
                {
                    _used--;
                    throw new InvalidOperationException("Too many requests are outstanding.");
                }

                if (index == _slots.Length)
                {
                    Array.Resize(ref _slots, index * 2);
                }
            }

            ref var slot = ref _slots[index];
            slot.Request = request;
            slot.Since = clock.GetTimestamp();
            slot.Token = (++_generation << SlotBits) | (uint)index;
            _count++;
            return slot.Token;
        }
    }

    public bool TryTake(long token, [NotNullWhen(true)] out NatsRequest? request)
    {
        lock (_lock)
        {
            var index = (int)(token & ((1 << SlotBits) - 1));
            request = token > 0 && index < _used && _slots[index].Token == token ? _slots[index].Request : null;
            if (request is not null)
            {
                Remove(index);
            }

            return request is not null;
        }
    }

    /// <summary>Takes all that wait for longer than <paramref name="time"/>.</summary>
    public List<NatsRequest> TakeOlderThan(TimeSpan time)
    {
        var taken = new List<NatsRequest>();
        lock (_lock)
        {
            var now = clock.GetTimestamp();
            for (var index = 0; index < _used && _count > 0; index++)
            {
                if (_slots[index].Request is { } request && clock.GetElapsedTime(_slots[index].Since, now) >= time)
                {
                    taken.Add(request);
                    Remove(index);
                }
            }
        }

        return taken;
    }

    private void Remove(int index)
    {
        _slots[index] = default;
        _free.Push(index);
        Volatile.Write(ref _count, _count - 1);
    }

    private struct Slot
    {
        public NatsRequest? Request;
        public long Token;
        public long Since;
    }
}
