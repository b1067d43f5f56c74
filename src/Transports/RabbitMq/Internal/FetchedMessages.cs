namespace HighPerf.Transports.RabbitMq;

/// <summary>
/// What was fetched and nobody took, by lane: a class each, and the ordering keys, of which one message each may be out. Lanes are served 8 : 4 : 1, the keys' as normal.
/// Guarded by the receiver's lock.
/// </summary>
internal sealed class FetchedMessages
{
    private const int KeyLane = 3;
    private const int Lanes = 4;

    private static readonly int[] s_weights = [8, 4, 1, 4];

    private readonly LinkedList<DeliveryRow>[] _lanes = [new(), new(), new(), new()];
    private readonly int[] _credit = new int[Lanes];
    private readonly HashSet<string> _busyKeys = new(StringComparer.Ordinal);

    public int Count => _lanes[0].Count + _lanes[1].Count + _lanes[2].Count + _lanes[KeyLane].Count;

    public bool HasSome
    {
        get
        {
            for (var lane = 0; lane < Lanes; lane++)
            {
                if (First(lane) is not null)
                {
                    return true;
                }
            }

            return false;
        }
    }

    public void AddLast(DeliveryRow row) => LaneOf(row).AddLast(row);

    public void AddFirst(DeliveryRow row) => LaneOf(row).AddFirst(row);

    public void Remove(DeliveryRow row) => LaneOf(row).Remove(row);

    /// <summary>Takes the next by weight; its key is busy from then on.</summary>
    public DeliveryRow? Take()
    {
        // Smooth weighted round robin over the lanes that have something.
        var best = -1;
        var total = 0;
        for (var lane = 0; lane < Lanes; lane++)
        {
            if (First(lane) is null)
            {
                continue;
            }

            total += s_weights[lane];
            _credit[lane] += s_weights[lane];
            best = best < 0 || _credit[lane] > _credit[best] ? lane : best;
        }

        if (best < 0)
        {
            return null;
        }

        _credit[best] -= total;
        var node = First(best)!;
        _lanes[best].Remove(node);
        if (node.Value.Headers.Key is { } key)
        {
            _busyKeys.Add(key);
        }

        return node.Value;
    }

    /// <summary>The delivery of its key that was out, or held, is not any more.</summary>
    public void FreeKey(DeliveryRow row)
    {
        if (row.Headers.Key is { } key)
        {
            _busyKeys.Remove(key);
        }
    }

    public void Clear()
    {
        foreach (var lane in _lanes)
        {
            lane.Clear();
        }

        _busyKeys.Clear();
    }

    private LinkedListNode<DeliveryRow>? First(int lane)
    {
        var node = _lanes[lane].First;
        if (lane == KeyLane)
        {
            while (node is not null && node.Value.Headers.Key is { } key && _busyKeys.Contains(key))
            {
                node = node.Next;
            }
        }

        return node;
    }

    private LinkedList<DeliveryRow> LaneOf(DeliveryRow row) => _lanes[row.IsKeyed ? KeyLane : row.Place];
}
