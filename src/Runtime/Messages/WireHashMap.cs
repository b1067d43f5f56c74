using System.Numerics;

namespace HighPerf.Messages;

/// <summary>A read-mostly map from wire-name hash to something resolved at start: open addressing, no locks on the way in, copied on write.</summary>
internal sealed class WireHashMap<TValue>
    where TValue : class
{
    private readonly Lock _gate = new();
    private Table _table = new(16);

    public TValue? Find(ulong hash) => _table.Find(hash);

    public int Count => _table.Count;

    /// <summary>Adds a value unless the hash is there; returns the one that is there.</summary>
    public TValue GetOrAdd(ulong hash, TValue value)
    {
        lock (_gate)
        {
            if (_table.Find(hash) is { } existing)
            {
                return existing;
            }

            var copy = new Table((_table.Count + 1) * 2);
            foreach (var (key, entry) in _table.Entries)
            {
                if (entry is not null)
                {
                    copy.Insert(key, entry);
                }
            }

            copy.Insert(hash, value);
            Volatile.Write(ref _table, copy);
            return value;
        }
    }

    private sealed class Table
    {
        public readonly (ulong Key, TValue? Value)[] Entries;
        private readonly int _mask;

        public Table(int minimumCapacity)
        {
            Entries = new (ulong, TValue?)[BitOperations.RoundUpToPowerOf2((uint)Math.Max(minimumCapacity, 16))];
            _mask = Entries.Length - 1;
        }

        public int Count { get; private set; }

        public TValue? Find(ulong hash)
        {
            var entries = Entries;
            for (var i = (int)hash & _mask; ; i = (i + 1) & _mask)
            {
                ref var entry = ref entries[i];
                if (entry.Value is null)
                {
                    return null;
                }

                if (entry.Key == hash)
                {
                    return entry.Value;
                }
            }
        }

        public void Insert(ulong hash, TValue value)
        {
            var i = (int)hash & _mask;
            while (Entries[i].Value is not null)
            {
                i = (i + 1) & _mask;
            }

            Entries[i] = (hash, value);
            Count++;
        }
    }
}
