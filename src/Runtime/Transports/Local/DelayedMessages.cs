using System.Diagnostics.CodeAnalysis;

namespace HighPerf.Transports;

/// <summary>Messages that are not to be delivered before an instant: a heap, first come first served among equals, with one timer. Guarded by the queue's lock, but for <see cref="IsIdle"/>.</summary>
internal sealed class DelayedMessages(LocalQueue queue, TimeProvider clock)
{
    private readonly PriorityQueue<PooledBuffer, (long DueTicks, long Sequence)> _messages = new();
    private long _sequence;
    private long _nextDueTicks = long.MaxValue;
    private ITimer? _timer;

    public int Count => _messages.Count;

    /// <summary>True when nothing is going to fall due. Also for who does not hold the lock.</summary>
    public bool IsIdle => Volatile.Read(ref _nextDueTicks) == long.MaxValue;

    public void Add(PooledBuffer message, long dueTicks)
    {
        _messages.Enqueue(message, (dueTicks, _sequence++));
        if (dueTicks < _nextDueTicks)
        {
            _nextDueTicks = dueTicks;
            ArmTimer();
        }
    }

    public bool IsDue(long nowTicks) => nowTicks >= _nextDueTicks;

    /// <summary>Removes the first message if it is due. To be called until it says no.</summary>
    public bool TryRemoveDue(long nowTicks, [NotNullWhen(true)] out PooledBuffer? message)
    {
        if (!_messages.TryPeek(out message, out var first))
        {
            _nextDueTicks = long.MaxValue;
            return false;
        }

        if (first.DueTicks > nowTicks)
        {
            _nextDueTicks = first.DueTicks;
            return false;
        }

        _messages.Dequeue();
        return true;
    }

    /// <summary>Removes the first message, due or not.</summary>
    public bool TryRemove([NotNullWhen(true)] out PooledBuffer? message)
    {
        if (_messages.TryDequeue(out message, out _))
        {
            return true;
        }

        _nextDueTicks = long.MaxValue;
        return false;
    }

    /// <summary>The timer has fired: it is armed for the next message.</summary>
    public void RearmTimer()
    {
        if (_nextDueTicks != long.MaxValue)
        {
            ArmTimer();
        }
    }

    public void DisposeTimer() => _timer?.Dispose();

    private void ArmTimer()
    {
        _timer ??= QuietTimer.Create(clock, static state => ((LocalQueue)state!).OnDelayTimer(), queue);
        QuietTimer.FireAfter(_timer, TimeSpan.FromTicks(_nextDueTicks - clock.GetUtcNow().UtcTicks));
    }
}
