using System.Runtime.InteropServices;

namespace HighPerf.State;

/// <summary>
/// The state store of one process: nothing survives it. Values are copied in. An entry whose lifetime is over is never seen again; its memory goes when later
/// writes pass by, and at the latest with a sweep every <see cref="SweepInterval"/>. A group's lifetime runs from its latest new member. Safe to use from several threads.
/// </summary>
public sealed class InMemoryStateStore : StateStore
{
    /// <summary>Keys that a store holds at most, unless told otherwise: 1,000,000.</summary>
    public const int DefaultCapacity = 1_000_000;

    // Two a write: more than one keeps ahead of any number of writes, few enough that no write pays for many.
    private const int SweptPerWrite = 2;

    private readonly Lock _lock = new();
    private readonly TimeProvider _clock;
    private readonly int _capacity;
    private readonly ITimer _sweepTimer;
    private readonly Dictionary<string, Entry> _entries = new(StringComparer.Ordinal);

    // By the end of their lifetimes. An entry is in here once; when it comes up too early (its lifetime was extended) it goes back, when it was replaced it is dropped.
    private readonly PriorityQueue<Entry, long> _ends = new();
    private bool _sweepArmed;
    private bool _disposed;

    /// <summary>Creates a store.</summary>
    /// <param name="clock">Lifetimes follow it; <see cref="TimeProvider.System"/> when null.</param>
    /// <param name="capacity">Keys that it holds at most; storing a further one fails with a <see cref="HighPerfException"/> that says so.</param>
    public InMemoryStateStore(TimeProvider? clock = null, int capacity = DefaultCapacity)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacity);
        _clock = clock ?? TimeProvider.System;
        _capacity = capacity;
        _sweepTimer = _clock.CreateTimer(static state => ((InMemoryStateStore)state!).Sweep(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>How often memory of ended entries is freed when nothing is written: once a minute.</summary>
    public static TimeSpan SweepInterval { get; } = TimeSpan.FromMinutes(1);

    /// <inheritdoc/>
    public override bool IsShared => false;

    /// <summary>Keys that are held, ended ones that were not swept yet included.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _entries.Count;
            }
        }
    }

    /// <inheritdoc/>
    /// <exception cref="HighPerfException">The store is full.</exception>
    public override ValueTask<bool> TryAddAsync(string key, ReadOnlyMemory<byte> value, TimeSpan lifetime, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var now = BeginWrite(key, lifetime);
            if (Find(key, now) is not null)
            {
                return new ValueTask<bool>(false);
            }

            Store(new Entry(key, End(now, lifetime)) { Value = value.ToArray() });
            return new ValueTask<bool>(true);
        }
    }

    /// <inheritdoc/>
    /// <exception cref="HighPerfException">The store is full.</exception>
    public override ValueTask SetAsync(string key, ReadOnlyMemory<byte> value, TimeSpan lifetime, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var now = BeginWrite(key, lifetime);
            var end = End(now, lifetime);
            if (Find(key, now) is { Value: not null } entry && end >= entry.End)
            {
                // In place: a key that is set again and again stays one item among the ends.
                entry.Value = value.ToArray();
                entry.End = end;
                return default;
            }

            Store(new Entry(key, end) { Value = value.ToArray() });
            return default;
        }
    }

    /// <inheritdoc/>
    /// <exception cref="HighPerfException">The key is a group.</exception>
    public override ValueTask<ReadOnlyMemory<byte>?> GetAsync(string key, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(key);
        lock (_lock)
        {
            ThrowIfDisposed();
            return Find(key, Now()) is { } entry
                ? new ValueTask<ReadOnlyMemory<byte>?>(entry.Value ?? throw new HighPerfException($"State key '{key}' is a group, not a value."))
                : default;
        }
    }

    /// <inheritdoc/>
    /// <exception cref="HighPerfException">The store is full, or the key is a value.</exception>
    public override ValueTask<int> AddMemberAsync(string key, int member, ReadOnlyMemory<byte> value, TimeSpan lifetime, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var now = BeginWrite(key, lifetime);
            var end = End(now, lifetime);
            var group = Find(key, now);
            if (group is null)
            {
                group = new Entry(key, end) { Members = [] };
                Store(group);
            }

            var members = MembersOf(group);
            ref var stored = ref CollectionsMarshal.GetValueRefOrAddDefault(members, member, out var isDuplicate);
            if (!isDuplicate)
            {
                stored = value.ToArray();
                group.End = Math.Max(group.End, end);
            }

            return new ValueTask<int>(members.Count);
        }
    }

    /// <inheritdoc/>
    /// <exception cref="HighPerfException">The key is a value.</exception>
    public override ValueTask<IReadOnlyList<ReadOnlyMemory<byte>>> GetMembersAsync(string key, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(key);
        KeyValuePair<int, byte[]>[] members;
        lock (_lock)
        {
            ThrowIfDisposed();
            members = Find(key, Now()) is { } group ? [.. MembersOf(group)!] : [];
        }

        Array.Sort(members, static (left, right) => left.Key.CompareTo(right.Key));
        return new ValueTask<IReadOnlyList<ReadOnlyMemory<byte>>>(Array.ConvertAll(members, static member => new ReadOnlyMemory<byte>(member.Value)));
    }

    /// <inheritdoc/>
    public override ValueTask<bool> RemoveAsync(string key, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(key);
        lock (_lock)
        {
            ThrowIfDisposed();
            var isThere = Find(key, Now()) is not null;
            _entries.Remove(key);
            return new ValueTask<bool>(isThere);
        }
    }

    /// <inheritdoc/>
    public override ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            _disposed = true;
            _entries.Clear();
            _ends.Clear();
        }

        return _sweepTimer.DisposeAsync();
    }

    private static Dictionary<int, byte[]?> MembersOf(Entry entry)
        => entry.Members ?? throw new HighPerfException($"State key '{entry.Key}' is a value, not a group.");

    private static long End(long now, TimeSpan lifetime)
        => lifetime == Timeout.InfiniteTimeSpan || lifetime.Ticks >= long.MaxValue - now ? long.MaxValue : now + lifetime.Ticks;

    // Lifetimes are durations: they run on the monotonic clock, so that a step of the wall clock ends or extends none.
    private long Now() => _clock.GetElapsedTime(0, _clock.GetTimestamp()).Ticks;

    private long BeginWrite(string key, TimeSpan lifetime)
    {
        ArgumentNullException.ThrowIfNull(key);
        if (lifetime <= TimeSpan.Zero && lifetime != Timeout.InfiniteTimeSpan)
        {
            throw new ArgumentOutOfRangeException(nameof(lifetime), lifetime, "A lifetime is positive, or Timeout.InfiniteTimeSpan.");
        }

        ThrowIfDisposed();
        var now = Now();
        DropEnded(now, SweptPerWrite);
        return now;
    }

    private Entry? Find(string key, long now) => _entries.TryGetValue(key, out var entry) && entry.End > now ? entry : null;

    private void Store(Entry entry)
    {
        if (_entries.Count >= _capacity && !_entries.ContainsKey(entry.Key))
        {
            DropEnded(Now(), int.MaxValue);
            if (_entries.Count >= _capacity)
            {
                throw new HighPerfException($"The in-memory state store holds {_capacity} keys, its capacity: '{entry.Key}' was not stored. Shorten lifetimes, raise the capacity, or use a shared store.");
            }
        }

        _entries[entry.Key] = entry;
        if (entry.End == long.MaxValue)
        {
            return;
        }

        // Removed and replaced entries stay among the ends until their time comes. When they are the majority, start anew: constant cost per write on average.
        if (_ends.Count >= 1024 && _ends.Count >= _entries.Count * 2)
        {
            _ends.Clear();
            _ends.EnqueueRange(_entries.Values.Where(static other => other.End != long.MaxValue).Select(static other => (other, other.End)));
        }
        else
        {
            _ends.Enqueue(entry, entry.End);
        }

        if (!_sweepArmed)
        {
            _sweepArmed = true;
            _sweepTimer.Change(SweepInterval, Timeout.InfiniteTimeSpan);
        }
    }

    private void DropEnded(long now, int max)
    {
        for (var i = 0; i < max && _ends.TryPeek(out var entry, out var end) && end <= now; i++)
        {
            _ends.Dequeue();
            if (!_entries.TryGetValue(entry.Key, out var current) || !ReferenceEquals(current, entry))
            {
                continue;
            }

            if (entry.End <= now)
            {
                _entries.Remove(entry.Key);
            }
            else if (entry.End != long.MaxValue)
            {
                _ends.Enqueue(entry, entry.End);
            }
        }
    }

    private void Sweep()
    {
        lock (_lock)
        {
            if (_disposed)
            {
                return;
            }

            DropEnded(Now(), int.MaxValue);
            _sweepArmed = _ends.Count > 0;
            if (_sweepArmed)
            {
                _sweepTimer.Change(SweepInterval, Timeout.InfiniteTimeSpan);
            }
        }
    }

    private void ThrowIfDisposed() => ObjectDisposedException.ThrowIf(_disposed, this);

    private sealed class Entry(string key, long end)
    {
        public readonly string Key = key;
        public long End = end;

        /// <summary>The value; null for a group.</summary>
        public byte[]? Value;

        /// <summary>The members; null for a value.</summary>
        public Dictionary<int, byte[]?>? Members;
    }
}
