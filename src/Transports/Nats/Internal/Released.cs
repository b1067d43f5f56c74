namespace HighPerf.Transports.Nats;

/// <summary>
/// Deliveries that were given back and did not come here again yet. The server counts them as out and counts each of their deliveries: which of this process's wait, and until when,
/// is known here; which deliveries do not count is said to the other processes too (<see cref="GiveBacks"/>).
/// </summary>
internal sealed class Released(TimeProvider clock)
{
    private const int MaxEntries = 100_000;

    // What did not come here again for so long came to another process.
    private static readonly TimeSpan s_remembered = TimeSpan.FromMinutes(10);

    private readonly Lock _lock = new();
    private readonly Dictionary<long, Entry> _entries = [];
    private volatile bool _isEmpty = true;

    /// <summary>A delivery was given back.</summary>
    /// <param name="sequence">The message.</param>
    /// <param name="lane">Its lane.</param>
    /// <param name="uncounted">How many of its deliveries do not count.</param>
    /// <param name="due">UTC ticks before which it does not come again; 0 for at once.</param>
    /// <param name="settle">Where it can still be settled.</param>
    public void Add(long sequence, int lane, int uncounted, long due, byte[] settle)
    {
        var now = clock.GetUtcNow().UtcTicks;
        lock (_lock)
        {
            if (_entries.Count >= MaxEntries)
            {
                ForgetOld(now);
            }

            if (_entries.Count < MaxEntries)
            {
                _entries[sequence] = new Entry(lane, uncounted, Math.Max(due, now), settle);
                _isEmpty = false;
            }
        }
    }

    /// <summary>Another process gave a delivery back: so many of its deliveries do not count. Said twice changes nothing.</summary>
    public void Learn(long sequence, int uncounted)
    {
        lock (_lock)
        {
            var now = clock.GetUtcNow().UtcTicks;
            if (_entries.Count >= MaxEntries)
            {
                ForgetOld(now);
            }

            if (_entries.TryGetValue(sequence, out var entry))
            {
                _entries[sequence] = entry with { Uncounted = Math.Max(entry.Uncounted, uncounted) };
            }
            else if (_entries.Count < MaxEntries)
            {
                _entries.Add(sequence, new Entry(-1, uncounted, now, []));
                _isEmpty = false;
            }
        }
    }

    /// <summary>The message came again; how many of its deliveries do not count.</summary>
    public int Take(long sequence)
    {
        if (_isEmpty)
        {
            return 0;
        }

        lock (_lock)
        {
            var uncounted = _entries.Remove(sequence, out var entry) ? entry.Uncounted : 0;
            _isEmpty = _entries.Count == 0;
            return uncounted;
        }
    }

    /// <summary>Those of a lane that are ready, and those that wait.</summary>
    public (int Ready, int Delayed) Count(int lane)
    {
        var now = clock.GetUtcNow().UtcTicks;
        int ready = 0, delayed = 0;
        lock (_lock)
        {
            ForgetOld(now);
            foreach (var entry in _entries.Values)
            {
                if (entry.Lane == lane)
                {
                    _ = entry.Due > now ? delayed++ : ready++;
                }
            }
        }

        return (ready, delayed);
    }

    /// <summary>Takes all of a lane out, those that wait only if asked.</summary>
    public List<byte[]> TakeAll(int lane, bool includeDelayed)
    {
        var now = clock.GetUtcNow().UtcTicks;
        var taken = new List<byte[]>();
        lock (_lock)
        {
            foreach (var (sequence, entry) in _entries)
            {
                if (entry.Lane == lane && (includeDelayed || entry.Due <= now))
                {
                    taken.Add(entry.Settle);
                    _entries.Remove(sequence);
                }
            }
        }

        return taken;
    }

    private void ForgetOld(long now)
    {
        foreach (var (sequence, entry) in _entries)
        {
            if (entry.Due < now - s_remembered.Ticks)
            {
                _entries.Remove(sequence);
            }
        }
    }

    private readonly record struct Entry(int Lane, int Uncounted, long Due, byte[] Settle);
}
