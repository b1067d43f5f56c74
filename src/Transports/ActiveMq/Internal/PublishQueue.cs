namespace HighPerf.Transports.ActiveMq;

/// <summary>Messages that wait to be sent, in order. Guarded by the line's lock.</summary>
internal struct PublishQueue
{
    private PublishRequest? _last;

    public PublishRequest? First { get; private set; }

    public void AddLast(PublishRequest request)
    {
        request.Place = PublishPlace.Waiting;
        (request.Next, request.Previous) = (null, _last);
        if (_last is null)
        {
            First = request;
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
        (request.Next, request.Previous) = (First, null);
        if (First is null)
        {
            _last = request;
        }
        else
        {
            First.Previous = request;
        }

        First = request;
    }

    public void Remove(PublishRequest request)
    {
        if (request.Previous is null)
        {
            First = request.Next;
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

        (request.Next, request.Previous) = (null, null);
        request.Place = PublishPlace.None;
    }
}
