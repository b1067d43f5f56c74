using System.Diagnostics.CodeAnalysis;

namespace HighPerf.Transports.Redis.Resp;

/// <summary>Requests whose replies are outstanding, in the order in which they were sent. Writers add under the connection's write lock; the reader takes.</summary>
internal sealed class PendingReplies
{
    private readonly Lock _lock = new();
    private RespRequest?[] _requests = new RespRequest?[256];
    private int _first;
    private int _count;
    private int _replied;

    public bool IsEmpty => Volatile.Read(ref _count) == 0;

    public void Add(RespRequest request)
    {
        lock (_lock)
        {
            if (_count == _requests.Length)
            {
                Grow();
            }

            _requests[(_first + _count) & (_requests.Length - 1)] = request;
            Volatile.Write(ref _count, _count + 1);
        }
    }

    /// <summary>Adds a request that the next reply belongs to, before all others.</summary>
    public void AddFirst(RespRequest request)
    {
        lock (_lock)
        {
            if (_count == _requests.Length)
            {
                Grow();
            }

            _first = (_first - 1) & (_requests.Length - 1);
            _requests[_first] = request;
            Volatile.Write(ref _count, _count + 1);
        }
    }

    /// <summary>The request that the next reply belongs to, and which of its replies it is.</summary>
    public bool TryTake([NotNullWhen(true)] out RespRequest? request, out int index)
    {
        lock (_lock)
        {
            index = _replied;
            if (_count == 0)
            {
                request = null;
                return false;
            }

            request = _requests[_first]!;
            if (++_replied == request.Replies)
            {
                Remove();
            }

            return true;
        }
    }

    /// <summary>Takes the first request, whether or not some of its replies came: for when none will come any more.</summary>
    public bool TryAbandon([NotNullWhen(true)] out RespRequest? request)
    {
        lock (_lock)
        {
            request = _count == 0 ? null : _requests[_first];
            if (request is not null)
            {
                Remove();
            }

            return request is not null;
        }
    }

    private void Remove()
    {
        _requests[_first] = null;
        _first = (_first + 1) & (_requests.Length - 1);
        _replied = 0;
        Volatile.Write(ref _count, _count - 1);
    }

    private void Grow()
    {
        var larger = new RespRequest?[_requests.Length * 2];
        for (var i = 0; i < _count; i++)
        {
            larger[i] = _requests[(_first + i) & (_requests.Length - 1)];
        }

        _requests = larger;
        _first = 0;
    }
}
