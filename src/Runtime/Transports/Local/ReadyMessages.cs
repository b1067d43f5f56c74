using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace HighPerf.Transports;

/// <summary>
/// Messages that can be delivered now: a ring per priority class, weighted by credits. A class is served while it has some, highest first; when no class that has
/// messages has credit left, all get their share anew. Guarded by the queue's lock, but for <see cref="SeemsEmpty"/>.
/// </summary>
internal sealed class ReadyMessages
{
    private const int HighShare = 8;
    private const int NormalShare = 4;
    private const int LowShare = 1;

    private readonly MessageRing _high = new();
    private readonly MessageRing _normal = new();
    private readonly MessageRing _low = new();
    private int _highCredit = HighShare;
    private int _normalCredit = NormalShare;
    private int _lowCredit = LowShare;
    private int _count;

    public int Count => _count;

    /// <summary>For who does not hold the lock.</summary>
    public bool SeemsEmpty => Volatile.Read(ref _count) == 0;

    /// <summary>When the message that has been ready for longest became ready, in UTC ticks; null when there is none.</summary>
    public long? OldestReadySince
    {
        get
        {
            var oldest = long.MaxValue;
            Look(_high, ref oldest);
            Look(_normal, ref oldest);
            Look(_low, ref oldest);
            return oldest == long.MaxValue ? null : oldest;

            static void Look(MessageRing ring, ref long oldest)
            {
                if (ring.Count > 0)
                {
                    oldest = Math.Min(oldest, ring.First.ReadySinceTicks);
                }
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AddLast(PooledBuffer message)
    {
        Ring(message.Priority).AddLast(message);
        _count++;
    }

    public void AddFirst(PooledBuffer message)
    {
        Ring(message.Priority).AddFirst(message);
        _count++;
    }

    /// <summary>Removes the message that is served next.</summary>
    /// <param name="discardOnly">True to empty the rings: the highest class first, whatever its credit.</param>
    public PooledBuffer RemoveNext(bool discardOnly = false)
    {
        Debug.Assert(_count > 0, "Nothing is ready.");
        _count--;
        while (true)
        {
            if (_high.Count > 0 && (_highCredit > 0 || discardOnly))
            {
                _highCredit--;
                return _high.RemoveFirst();
            }

            if (_normal.Count > 0 && (_normalCredit > 0 || discardOnly))
            {
                _normalCredit--;
                return _normal.RemoveFirst();
            }

            if (_low.Count > 0 && (_lowCredit > 0 || discardOnly))
            {
                _lowCredit--;
                return _low.RemoveFirst();
            }

            _highCredit = HighShare;
            _normalCredit = NormalShare;
            _lowCredit = LowShare;
        }
    }

    /// <summary>Asks the processor for messages that are probably next. For who does not hold the lock.</summary>
    public void Fetch(int count) => _normal.Fetch(count);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private MessageRing Ring(MessagePriority priority) => priority switch
    {
        MessagePriority.High => _high,
        MessagePriority.Low => _low,
        _ => _normal,
    };
}
