using System.Runtime.CompilerServices;

namespace HighPerf.Transports.Nats;

/// <summary>
/// The deliveries of a receiver. A token is <c>generation &lt;&lt; 20 | row</c>: a stale one finds another token in its row. Guarded by the receiver's lock.
/// </summary>
internal sealed class DeliveryTable
{
    public const int MaxRows = 1 << 16;

    private const int RowBits = 20;

    private DeliveryRow[] _rows = new DeliveryRow[64];
    private readonly Stack<int> _free = new();
    private readonly Queue<int> _fetched = new();
    private readonly List<int> _sorting = [];
    private Comparison<int>? _byOrder;
    private int _used;
    private long _generation;

    /// <summary>Deliveries that hold a place of the prefetch.</summary>
    public int Held { get; private set; }

    public int Fetched => _fetched.Count;

    /// <summary>All rows that were ever used, free ones among them.</summary>
    public Span<DeliveryRow> Rows => _rows.AsSpan(0, _used);

    public ref DeliveryRow this[int row] => ref _rows[row];

    /// <summary>A row for a delivery that was fetched.</summary>
    public ref DeliveryRow Add(Lane lane)
    {
        if (!_free.TryPop(out var index))
        {
            index = _used++;
            if (index == _rows.Length)
            {
                Array.Resize(ref _rows, index * 2);
            }
        }

        ref var row = ref _rows[index];
        row.Token = (++_generation << RowBits) | (uint)index;
        row.State = DeliveryState.Fetched;
        row.Lane = lane;
        lane.Held++;
        _fetched.Enqueue(index);
        Held++;
        return ref row;
    }

    /// <summary>The next delivery that nobody asked for yet.</summary>
    public bool TryTakeFetched(out int row)
    {
        while (_fetched.TryDequeue(out row))
        {
            if (_rows[row].State == DeliveryState.Fetched)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The row of a token, if it is current; a null reference otherwise.</summary>
    public ref DeliveryRow Find(long token)
    {
        var index = (int)(token & ((1 << RowBits) - 1));
        return ref token > 0 && index < _used && _rows[index].Token == token ? ref _rows[index] : ref Unsafe.NullRef<DeliveryRow>();
    }

    public int IndexOf(long token) => (int)(token & ((1 << RowBits) - 1));

    /// <summary>The lease ran out by this side's clock.</summary>
    public void MakeOverdue(ref DeliveryRow row)
    {
        if (row.HoldsPlace)
        {
            Held--;
            row.Lane.Held--;
        }

        row.IsOverdue = true;
    }

    /// <summary>The delivery is somebody else's.</summary>
    public void Lose(ref DeliveryRow row)
    {
        MakeOverdue(ref row);
        row.State = DeliveryState.Lost;
    }

    /// <summary>Ends a delivery; its buffer is the caller's to return.</summary>
    public PooledBuffer? Free(ref DeliveryRow row)
    {
        var buffer = row.Bytes;
        if (row.HoldsPlace)
        {
            Held--;
            row.Lane.Held--;
        }

        var index = IndexOf(row.Token);
        row = default;
        _free.Push(index);
        return buffer;
    }

    /// <summary>A message that is delivered again is lost to who had it before.</summary>
    public void LoseEarlier(long sequence, long token)
    {
        foreach (ref var row in Rows)
        {
            if (row.Sequence == sequence && row.Token != token && row.State is DeliveryState.Out or DeliveryState.Fetched)
            {
                Lose(ref row);
            }
        }
    }

    /// <summary>What came by several consumers at a time is put in the order of the priorities, and of the stream within one.</summary>
    public void SortFetched()
    {
        if (_fetched.Count < 2)
        {
            return;
        }

        // What was dropped with its connection left its place in the line, and its row may be free.
        _sorting.Clear();
        foreach (var index in _fetched)
        {
            if (_rows[index].State == DeliveryState.Fetched)
            {
                _sorting.Add(index);
            }
        }

        _sorting.Sort(_byOrder ??= Compare);
        _fetched.Clear();
        foreach (var index in _sorting)
        {
            _fetched.Enqueue(index);
        }
    }

    private int Compare(int left, int right)
    {
        ref readonly var a = ref _rows[left];
        ref readonly var b = ref _rows[right];
        return a.Rank != b.Rank ? a.Rank.CompareTo(b.Rank) : a.Sequence.CompareTo(b.Sequence);
    }
}
