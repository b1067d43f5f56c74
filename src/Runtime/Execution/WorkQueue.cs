namespace HighPerf.Execution;

/// <summary>The messages of one task that were fetched and wait for a slot. Bounded by the receivers' prefetch. Guarded by the lane's lock.</summary>
internal sealed class WorkQueue
{
    private WorkItem? _last;

    public WorkItem? First { get; private set; }

    /// <summary>The next queue in the lane's turn.</summary>
    public WorkQueue? Next { get; set; }

    /// <summary>Adds an item; true if it is the first one.</summary>
    public bool Enqueue(WorkItem item)
    {
        var last = _last;
        _last = item;
        if (First is null)
        {
            First = item;
            return true;
        }

        last!.Next = item;
        return false;
    }

    public WorkItem Dequeue()
    {
        var item = First!;
        First = item.Next;
        item.Next = null;
        return item;
    }
}
