namespace HighPerf.Transports.ActiveMq;

/// <summary>
/// What the broker has handed to this process for one queue: ready by class and in order of arrival, what was given back in front; of an ordering key only the first, the others in line
/// behind it. A token is <c>generation &lt;&lt; 20 | row</c>: a stale one finds another token in its row. Guarded by the intake's lock.
/// </summary>
internal sealed class DeliveryPool
{
    private const int RowBits = 20;

    private static readonly int[] s_weights = [1, 4, 8];

    private readonly List<DeliveryRow> _rows = [];
    private readonly Stack<DeliveryRow> _free = new();
    private readonly Queue<DeliveryRow>[] _arrived = [new(), new(), new()];
    private readonly PriorityQueue<DeliveryRow, long>[] _returned = [new(), new(), new()];
    private readonly Dictionary<string, Queue<DeliveryRow>> _lines = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Queue<DeliveryRow>>.AlternateLookup<ReadOnlySpan<char>> _linesBySpan;
    private readonly Stack<Queue<DeliveryRow>> _spareLines = new();
    private readonly int[] _credits = [.. s_weights];
    private readonly int[] _counts = new int[7];
    private long _sequence;
    private long _generation;

    public DeliveryPool() => _linesBySpan = _lines.GetAlternateLookup<ReadOnlySpan<char>>();

    public int Ready => _counts[(int)DeliveryState.Ready];

    public int InLine => _counts[(int)DeliveryState.InLine];

    public int Held => _counts[(int)DeliveryState.Held];

    public int Out => _counts[(int)DeliveryState.Out];

    public int Settling => _counts[(int)DeliveryState.Settling];

    /// <summary>All rows that were ever used, free ones among them.</summary>
    public IReadOnlyList<DeliveryRow> Rows => _rows;

    /// <summary>A row for what came; to be filled and then given to <see cref="Admit"/>.</summary>
    public DeliveryRow Rent()
    {
        if (!_free.TryPop(out var row))
        {
            row = new DeliveryRow(_rows.Count);
            _rows.Add(row);
        }

        row.Sequence = ++_sequence;
        return row;
    }

    /// <summary>The one string of a key that is known, else a new one.</summary>
    public string Intern(ReadOnlySpan<char> key) => _linesBySpan.TryGetValue(key, out var known, out _) ? known : key.ToString();

    /// <summary>Makes a filled row ready, or puts it in line behind its key.</summary>
    public void Admit(DeliveryRow row)
    {
        if (row.Key is { } key && !row.HoldsKey)
        {
            if (_lines.TryGetValue(key, out var line))
            {
                line.Enqueue(row);
                Move(row, DeliveryState.InLine);
                return;
            }

            _lines.Add(key, _spareLines.TryPop(out line) ? line : new Queue<DeliveryRow>());
            row.HoldsKey = true;
        }

        _arrived[row.Priority].Enqueue(row);
        Move(row, DeliveryState.Ready);
    }

    /// <summary>The next one by weight: 8 : 4 : 1.</summary>
    public bool TryTake(out DeliveryRow row)
    {
        for (var round = 0; round < 2; round++)
        {
            for (var priority = s_weights.Length - 1; priority >= 0; priority--)
            {
                if (_credits[priority] > 0 && TryTake(priority, out row))
                {
                    _credits[priority]--;
                    return true;
                }
            }

            s_weights.CopyTo(_credits, 0);
        }

        row = null!;
        return false;
    }

    /// <summary>Hands a row out under a new token.</summary>
    public void GiveOut(DeliveryRow row, ActiveMqReceiver owner, long deadline)
    {
        row.Token = (++_generation << RowBits) | (uint)row.Index;
        row.Owner = owner;
        row.Times++;
        row.Deadline = deadline;
        Move(row, DeliveryState.Out);
    }

    /// <summary>The row of a token, if it is current.</summary>
    public DeliveryRow? Find(long token)
    {
        var index = (int)(token & ((1 << RowBits) - 1));
        return token > 0 && index < _rows.Count && _rows[index].Token == token ? _rows[index] : null;
    }

    /// <summary>Puts a row in front again, in its place among those that were.</summary>
    public void GiveBack(DeliveryRow row)
    {
        (row.Token, row.Owner) = (0, null);
        _returned[row.Priority].Enqueue(row, row.Sequence);
        Move(row, DeliveryState.Ready);
    }

    public void Move(DeliveryRow row, DeliveryState state)
    {
        _counts[(int)row.State]--;
        _counts[(int)state]++;
        row.State = state;
    }

    /// <summary>Ends a row that is gone from the queue: the next of its key is ready. Its buffer is the caller's to return.</summary>
    public PooledBuffer? End(DeliveryRow row)
    {
        var (key, holds) = (row.Key, row.HoldsKey);
        var bytes = Free(row);
        if (key is not null && holds)
        {
            PassOn(key);
        }

        return bytes;
    }

    /// <summary>Frees a row and nothing else.</summary>
    public PooledBuffer? Free(DeliveryRow row)
    {
        var bytes = row.Bytes;
        Move(row, DeliveryState.None);
        (row.Token, row.Key, row.HoldsKey, row.IsVoid, row.IsDiscarded) = (0, null, false, false, false);
        (row.Owner, row.Bytes) = (null, null);
        (row.Before, row.Times, row.Expires, row.Deadline) = (0, 0, 0, 0);
        row.Subscription = null!;
        _free.Push(row);
        return bytes;
    }

    /// <summary>Takes all that is ready or in line, in no order, as being settled.</summary>
    public List<DeliveryRow> TakeWaiting()
    {
        var taken = new List<DeliveryRow>(Ready + InLine);
        Array.ForEach(_arrived, static queue => queue.Clear());
        Array.ForEach(_returned, static queue => queue.Clear());
        foreach (var line in _lines.Values)
        {
            line.Clear();
        }

        foreach (var row in _rows)
        {
            if (row.State is DeliveryState.Ready or DeliveryState.InLine)
            {
                Move(row, DeliveryState.Settling);
                taken.Add(row);
            }
        }

        return taken;
    }

    /// <summary>Forgets order and keys: the connection is gone. Rows stay for the caller to end.</summary>
    public void ForgetOrder()
    {
        Array.ForEach(_arrived, static queue => queue.Clear());
        Array.ForEach(_returned, static queue => queue.Clear());
        _lines.Clear();
    }

    private bool TryTake(int priority, out DeliveryRow row) => _returned[priority].TryDequeue(out row!, out _) || _arrived[priority].TryDequeue(out row!);

    private void PassOn(string key)
    {
        var line = _lines[key];
        if (line.TryDequeue(out var next))
        {
            next.HoldsKey = true;
            GiveBack(next);
            return;
        }

        _lines.Remove(key);
        _spareLines.Push(line);
    }
}
