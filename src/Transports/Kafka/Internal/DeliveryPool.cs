namespace HighPerf.Transports.Kafka;

/// <summary>
/// What this process has fetched of one queue: ready by class and in order of arrival, what was given back in front; of an ordering key only the first, the others in line behind it. A token
/// is <c>generation &lt;&lt; 20 | row</c>: a stale one finds another token in its row. Guarded by the intake's lock.
/// </summary>
internal sealed class DeliveryPool
{
    public const int Classes = 3;
    public const int MaxPrefetch = 1 << 16;

    private const int RowBits = 20;

    private static readonly int[] s_weights = [1, 4, 8];

    private readonly List<DeliveryRow> _rows = [];
    private readonly Stack<DeliveryRow> _free = new();
    private readonly Queue<DeliveryRow>[] _arrived = [new(), new(), new()];
    private readonly PriorityQueue<DeliveryRow, long>[] _returned = [new(), new(), new()];
    private readonly PriorityQueue<DeliveryRow, long> _held = new();
    private readonly Dictionary<string, KeyLine> _lines = new(StringComparer.Ordinal);
    private readonly Stack<KeyLine> _spareLines = new();
    private readonly int[] _credits = [.. s_weights];
    private readonly int[] _counts = new int[7];
    private readonly int[] _inLine = new int[Classes];
    private long _sequence;
    private long _generation;

    public int Ready => _counts[(int)DeliveryState.Ready];

    public int Held => _counts[(int)DeliveryState.Held];

    public int Out => _counts[(int)DeliveryState.Out];

    public int Moving => _counts[(int)DeliveryState.Moving];

    /// <summary>All rows that were ever used, free ones among them.</summary>
    public IReadOnlyList<DeliveryRow> Rows => _rows;

    /// <summary>Fetched messages of a class that nobody has.</summary>
    public int Waiting(int priority) => _arrived[priority].Count + _returned[priority].Count + _inLine[priority];

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

    /// <summary>Makes a filled row ready, or puts it in line behind its key.</summary>
    public void Admit(DeliveryRow row)
    {
        if (row.Key is { } key && !row.HoldsKey)
        {
            if (_lines.TryGetValue(key, out var line))
            {
                line.Rows.Enqueue(row);
                Move(row, DeliveryState.InLine);
                return;
            }

            line = _spareLines.TryPop(out var spare) ? spare : new KeyLine();
            line.Partition = row.Partition;
            _lines.Add(key, line);
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
            for (var priority = Classes - 1; priority >= 0; priority--)
            {
                if (_credits[priority] > 0 && (_returned[priority].TryDequeue(out row!, out _) || _arrived[priority].TryDequeue(out row!)))
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
    public void GiveOut(DeliveryRow row, KafkaReceiver owner, long deadline)
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
        Move(row, DeliveryState.Ready);
        _returned[row.Priority].Enqueue(row, row.Sequence);
    }

    /// <summary>Keeps a row, and its key, until an instant.</summary>
    public void Hold(DeliveryRow row, long until)
    {
        (row.Token, row.Owner) = (0, null);
        row.Deadline = until;
        Move(row, DeliveryState.Held);
        _held.Enqueue(row, until);
    }

    /// <summary>Gives back what was held and is due; true if there was any.</summary>
    public bool ReleaseDue(long now)
    {
        var any = false;
        while (_held.TryPeek(out var row, out var due) && now >= due)
        {
            _held.Dequeue();
            GiveBack(row);
            any = true;
        }

        return any;
    }

    public void Move(DeliveryRow row, DeliveryState state)
    {
        _counts[(int)row.State]--;
        _counts[(int)state]++;
        _inLine[row.Priority] += (state == DeliveryState.InLine ? 1 : 0) - (row.State == DeliveryState.InLine ? 1 : 0);
        row.State = state;
    }

    /// <summary>Ends a row that is done: the next of its key is ready.</summary>
    public void End(DeliveryRow row)
    {
        var key = row.HoldsKey ? row.Key : null;
        Free(row);
        if (key is null)
        {
            return;
        }

        var line = _lines[key];
        if (line.Rows.TryDequeue(out var next))
        {
            next.HoldsKey = true;
            GiveBack(next);
            return;
        }

        _lines.Remove(key);
        _spareLines.Push(line);
    }

    /// <summary>Frees a row and nothing else; its bytes go back.</summary>
    public void Free(DeliveryRow row)
    {
        Move(row, DeliveryState.None);
        row.Bytes?.Return();
        (row.Token, row.Key, row.HoldsKey, row.IsVoid) = (0, null, false, false);
        (row.Owner, row.Bytes, row.Partition) = (null, null, null!);
        (row.Before, row.Times, row.Expires, row.Deadline) = (0, 0, 0, 0);
        _free.Push(row);
    }

    /// <summary>Forgets what is waiting of partitions, with their keys, and frees it; those that are out or moving stay for the caller. Returns how many.</summary>
    public int Drop(Func<QueuePartition, bool> isGone)
    {
        var dropped = 0;
        for (var priority = 0; priority < Classes; priority++)
        {
            dropped += Drop(_arrived[priority], isGone);
            var returned = _returned[priority];
            var kept = returned.UnorderedItems.Where(item => !isGone(item.Element.Partition)).ToArray();
            if (kept.Length != returned.Count)
            {
                dropped += FreeAll(returned, isGone);
                returned.EnqueueRange(kept);
            }
        }

        var held = _held.UnorderedItems.Where(item => !isGone(item.Element.Partition)).ToArray();
        if (held.Length != _held.Count)
        {
            dropped += FreeAll(_held, isGone);
            _held.EnqueueRange(held);
        }

        foreach (var (key, line) in _lines.Where(pair => isGone(pair.Value.Partition)).ToArray())
        {
            dropped += line.Rows.Count;
            foreach (var row in line.Rows)
            {
                Free(row);
            }

            line.Rows.Clear();
            _lines.Remove(key);
            _spareLines.Push(line);
        }

        return dropped;
    }

    /// <summary>Takes all that waits, ready or in line, and what is held if asked. Each is ended by the caller; the keys of those that are out stay.</summary>
    public List<DeliveryRow> TakeWaiting(bool includeHeld)
    {
        var taken = _rows.Where(row => row.State is DeliveryState.Ready or DeliveryState.InLine || (includeHeld && row.State == DeliveryState.Held)).ToList();
        Array.ForEach(_arrived, static queue => queue.Clear());
        Array.ForEach(_returned, static queue => queue.Clear());
        if (includeHeld)
        {
            _held.Clear();
        }

        foreach (var line in _lines.Values)
        {
            line.Rows.Clear();
        }

        return taken;
    }

    private int Drop(Queue<DeliveryRow> queue, Func<QueuePartition, bool> isGone)
    {
        var dropped = 0;
        for (var left = queue.Count; left > 0; left--)
        {
            var row = queue.Dequeue();
            if (isGone(row.Partition))
            {
                Free(row);
                dropped++;
            }
            else
            {
                queue.Enqueue(row);
            }
        }

        return dropped;
    }

    private int FreeAll(PriorityQueue<DeliveryRow, long> queue, Func<QueuePartition, bool> isGone)
    {
        var dropped = 0;
        while (queue.TryDequeue(out var row, out _))
        {
            if (isGone(row.Partition))
            {
                Free(row);
                dropped++;
            }
        }

        return dropped;
    }
}
