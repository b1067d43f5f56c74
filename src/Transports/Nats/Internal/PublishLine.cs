namespace HighPerf.Transports.Nats;

/// <summary>Messages that wait to be sent, in order. Guarded by the queue's lock.</summary>
internal struct PublishLine
{
    private PublishRequest? _first;
    private PublishRequest? _last;

    public readonly PublishRequest? First => _first;

    public void AddLast(PublishRequest request)
    {
        request.Place = PublishPlace.Waiting;
        request.Next = null;
        request.Previous = _last;
        if (_last is null)
        {
            _first = request;
        }
        else
        {
            _last.Next = request;
        }

        _last = request;
    }

    /// <summary>Puts one back that was sent and refused, before those that came after it.</summary>
    public void AddInOrder(PublishRequest request)
    {
        var before = _first;
        while (before is not null && before.Order < request.Order)
        {
            before = before.Next;
        }

        if (before is null)
        {
            AddLast(request);
            return;
        }

        request.Place = PublishPlace.Waiting;
        request.Next = before;
        request.Previous = before.Previous;
        if (before.Previous is null)
        {
            _first = request;
        }
        else
        {
            before.Previous.Next = request;
        }

        before.Previous = request;
    }

    public void Remove(PublishRequest request)
    {
        if (request.Previous is null)
        {
            _first = request.Next;
        }
        else
        {
            request.Previous.Next = request.Next;
        }

        if (request.Next is null)
        {
            _last = request.Previous;
        }
        else
        {
            request.Next.Previous = request.Previous;
        }

        request.Next = request.Previous = null;
        request.Place = PublishPlace.None;
    }
}
