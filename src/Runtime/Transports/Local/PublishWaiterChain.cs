namespace HighPerf.Transports;

/// <summary>Waiters that left the list under the queue's lock and are completed, in the order in which they came, outside of it.</summary>
internal struct PublishWaiterChain
{
    private PublishWaiter? _first;
    private PublishWaiter? _last;

    public void Add(PublishWaiter waiter)
    {
        if (_last is null)
        {
            _first = waiter;
        }
        else
        {
            _last.Next = waiter;
        }

        _last = waiter;
    }

    public readonly void CompleteAll(PublishOutcome outcome)
    {
        for (var next = _first; next is { } waiter;)
        {
            // Read first: once completed the waiter may be in use again.
            next = waiter.Next;
            waiter.Next = null;
            waiter.Complete(outcome);
        }
    }
}
