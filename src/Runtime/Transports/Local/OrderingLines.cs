using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace HighPerf.Transports;

/// <summary>
/// Ordering keys that are held, each by one message that is ready, delayed after a release, or out; and the messages that wait in line behind it. Guarded by the
/// queue's lock.
/// </summary>
internal sealed class OrderingLines
{
    private const int MaxSpareLines = 64;

    // Null while nobody waits behind the holder.
    private readonly Dictionary<string, Queue<PooledBuffer>?> _lines = new(StringComparer.Ordinal);
    private readonly Stack<Queue<PooledBuffer>> _spareLines = new();
    private int _waitingCount;

    /// <summary>Messages that wait behind another one of their key.</summary>
    public int WaitingCount => _waitingCount;

    /// <summary>True when the message's key was free: the message holds it from now on. Otherwise it is in line.</summary>
    public bool TryHold(PooledBuffer message)
    {
        ref var line = ref CollectionsMarshal.GetValueRefOrAddDefault(_lines, message.OrderingKey!, out var isHeld);
        if (!isHeld)
        {
            return true;
        }

        line ??= _spareLines.TryPop(out var spare) ? spare : new Queue<PooledBuffer>();
        line.Enqueue(message);
        _waitingCount++;
        return false;
    }

    /// <summary>The holder of a key is done: true when there was one in line, which holds the key now; otherwise the key is free.</summary>
    public bool TryAdvance(string key, [NotNullWhen(true)] out PooledBuffer? next)
    {
        next = null;
        if (!_lines.TryGetValue(key, out var line))
        {
            return false;
        }

        if (line is null || !line.TryDequeue(out next))
        {
            _lines.Remove(key);
            if (line is not null && _spareLines.Count < MaxSpareLines)
            {
                _spareLines.Push(line);
            }

            return false;
        }

        _waitingCount--;
        next.HoldsKey = true;
        return true;
    }

    /// <summary>Returns the buffers of all that wait; keys stay held.</summary>
    /// <returns>How many they were, and their bytes.</returns>
    public (int Count, long Bytes) DiscardWaiting(MessageStore? store)
    {
        var count = _waitingCount;
        var bytes = 0L;
        if (count > 0)
        {
            foreach (var line in _lines.Values)
            {
                while (line is not null && line.TryDequeue(out var message))
                {
                    bytes += message.Length;
                    store?.Remove(message);
                    message.Return();
                }
            }

            _waitingCount = 0;
        }

        return (count, bytes);
    }
}
