namespace HighPerf.Transports.Redis;

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

    public void AddFirst(PublishRequest request)
    {
        request.Place = PublishPlace.Waiting;
        request.Previous = null;
        request.Next = _first;
        if (_first is null)
        {
            _last = request;
        }
        else
        {
            _first.Previous = request;
        }

        _first = request;
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
