namespace HighPerf.Transports.RabbitMq;

/// <summary>
/// The deliveries of a receiver by token. A token is <c>generation &lt;&lt; 20 | row</c>: a stale one finds another token in its row. What the broker waits for is also kept in the
/// order of its numbers, so that many can be acknowledged at once. Guarded by the receiver's lock.
/// </summary>
internal sealed class DeliveryTable
{
    public const int MaxPrefetch = 1 << 16;

    private const int RowBits = 20;

    private readonly List<DeliveryRow?> _rows = [];
    private readonly Stack<int> _free = new();
    private readonly SortedDictionary<ulong, DeliveryRow> _byTag = [];
    private long _generation;

    /// <summary>All that are here, in no order.</summary>
    public IEnumerable<DeliveryRow> Rows => _rows.OfType<DeliveryRow>();

    /// <summary>What the broker waits for, oldest first.</summary>
    public IEnumerable<DeliveryRow> Unsettled => _byTag.Values;

    public bool TryGetOldest(out DeliveryRow? oldest)
    {
        foreach (var pair in _byTag)
        {
            oldest = pair.Value;
            return true;
        }

        oldest = null;
        return false;
    }

    public void Add(DeliveryRow row)
    {
        if (!_free.TryPop(out var index))
        {
            index = _rows.Count;
            _rows.Add(null);
        }

        _rows[index] = row;
        row.Token = (++_generation << RowBits) | (uint)index;
        _byTag[row.Tag] = row;
    }

    /// <summary>The same delivery under a new token: the old one is stale.</summary>
    public void Renew(DeliveryRow row) => row.Token = (++_generation << RowBits) | (row.Token & ((1 << RowBits) - 1));

    public DeliveryRow? Find(long token)
    {
        var index = (int)(token & ((1 << RowBits) - 1));
        return token > 0 && index < _rows.Count && _rows[index] is { } row && row.Token == token ? row : null;
    }

    /// <summary>The broker does not wait for it any more, or another row stands for it.</summary>
    public void Settle(DeliveryRow row)
    {
        if (_byTag.TryGetValue(row.Tag, out var current) && ReferenceEquals(current, row))
        {
            _byTag.Remove(row.Tag);
        }
    }

    /// <summary>Ends a delivery and returns its bytes.</summary>
    public void Free(DeliveryRow row)
    {
        Settle(row);
        var index = (int)(row.Token & ((1 << RowBits) - 1));
        _rows[index] = null;
        _free.Push(index);
        row.State = DeliveryState.None;
        row.Token = 0;
        row.Bytes.Return();
    }
}
