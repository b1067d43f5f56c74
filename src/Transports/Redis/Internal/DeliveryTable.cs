using System.Runtime.CompilerServices;

namespace HighPerf.Transports.Redis;

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
    private int _used;
    private long _generation;

    /// <summary>Deliveries that hold a place of the prefetch.</summary>
    public int Held { get; private set; }

    public int Fetched => _fetched.Count;

    /// <summary>All rows that were ever used, free ones among them.</summary>
    public Span<DeliveryRow> Rows => _rows.AsSpan(0, _used);

    public ref DeliveryRow this[int row] => ref _rows[row];

    /// <summary>A row for a delivery that was fetched.</summary>
    public ref DeliveryRow Add()
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
        }

        row.IsOverdue = true;
    }

    /// <summary>The lease was renewed, if late.</summary>
    public void Revive(ref DeliveryRow row)
    {
        if (row.IsOverdue && row.State is DeliveryState.Out or DeliveryState.Settling)
        {
            row.IsOverdue = false;
            Held++;
        }
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
        }

        var index = IndexOf(row.Token);
        row = default;
        _free.Push(index);
        return buffer;
    }

    /// <summary>An entry that is delivered again is lost to who had it before.</summary>
    public void LoseEarlier(int stream, StreamId id, long token)
    {
        foreach (ref var row in Rows)
        {
            if (row.Id == id && row.Stream == stream && row.Token != token && row.State is DeliveryState.Out or DeliveryState.Fetched)
            {
                Lose(ref row);
            }
        }
    }

    /// <summary>Ends a delivery and returns its buffer; nothing for a token that is not current.</summary>
    public void Free(long token)
    {
        ref var row = ref Find(token);
        if (!Unsafe.IsNullRef(ref row))
        {
            Free(ref row)?.Return();
        }
    }

    /// <summary>Ends every delivery that is not being settled.</summary>
    public void FreeAll()
    {
        foreach (ref var row in Rows)
        {
            if (row.State is DeliveryState.Out or DeliveryState.Lost or DeliveryState.Fetched)
            {
                Free(ref row)?.Return();
            }
        }
    }

    /// <summary>Marks a delivery as being settled; false when it is not this receiver's any more.</summary>
    public bool TryBeginSettling(long token, out DeliveryRow copy)
    {
        copy = default;
        ref var row = ref Find(token);
        if (Unsafe.IsNullRef(ref row))
        {
            return false;
        }

        if (row.State == DeliveryState.Lost)
        {
            // The holder is done with the bytes now.
            Free(ref row)?.Return();
            return false;
        }

        if (row.State != DeliveryState.Out)
        {
            return false;
        }

        row.State = DeliveryState.Settling;
        copy = row;
        return true;
    }

    /// <summary>Copies the rows of tokens that are taken for current; the others become 0.</summary>
    public DeliveryRow[] TakeCurrent(Span<long> tokens)
    {
        var rows = new List<DeliveryRow>(tokens.Length);
        foreach (ref var token in tokens)
        {
            ref var row = ref Find(token);
            if (Unsafe.IsNullRef(ref row) || row.State is not (DeliveryState.Out or DeliveryState.Settling))
            {
                token = 0;
            }
            else
            {
                rows.Add(row);
            }
        }

        return [.. rows];
    }

    public bool IsKnown(int stream, StreamId id, int times)
    {
        foreach (ref var row in Rows)
        {
            if (row.Id == id && row.Stream == stream && row.Times == times && row.State is DeliveryState.Fetched or DeliveryState.Out or DeliveryState.Settling)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Deliveries whose lease ran out by this side's clock hold no place any more.</summary>
    public void LookForOverdue(long now)
    {
        foreach (ref var row in Rows)
        {
            if (row.HoldsPlace && row.State == DeliveryState.Out && now >= row.Deadline)
            {
                MakeOverdue(ref row);
            }
        }
    }
}
