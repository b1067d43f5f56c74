namespace HighPerf.Publishing;

/// <summary>Ids that must not be executed (any more) in this process: the most recent ones.</summary>
internal sealed class Revocations
{
    private const int Capacity = 10_000;

    private readonly Lock _gate = new();
    private readonly HashSet<MessageId> _ids = [];
    private readonly Queue<MessageId> _order = new();
    private int _count;

    /// <summary>Raised for every revoked id, so that a worker can stop what runs.</summary>
    public event Action<MessageId>? Revoked;

    public void Add(MessageId id)
    {
        lock (_gate)
        {
            if (_ids.Add(id))
            {
                _order.Enqueue(id);
                if (_order.Count > Capacity)
                {
                    _ids.Remove(_order.Dequeue());
                }

                Volatile.Write(ref _count, _ids.Count);
            }
        }

        Revoked?.Invoke(id);
    }

    public bool Contains(MessageId id)
    {
        if (Volatile.Read(ref _count) == 0)
        {
            return false;
        }

        lock (_gate)
        {
            return _ids.Contains(id);
        }
    }
}
