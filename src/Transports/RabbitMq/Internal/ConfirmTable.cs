namespace HighPerf.Transports.RabbitMq;

/// <summary>
/// What was published on a channel and is not confirmed, in the order of the broker's numbers, which begin at 1 on each channel. One writer adds; the connection's reader
/// takes, one or all up to a number.
/// </summary>
internal sealed class ConfirmTable(int maxCount, long maxBytes)
{
    private readonly Lock _lock = new();
    private PublishRequest?[] _ring = new PublishRequest?[64];
    private ulong _first = 1;
    private ulong _next = 1;
    private int _count;
    private long _bytes;
    private bool _isClosed;

    public bool IsFull
    {
        get
        {
            lock (_lock)
            {
                return _count >= maxCount || (_count > 0 && _bytes >= maxBytes);
            }
        }
    }

    /// <summary>False when the channel is gone by now.</summary>
    public bool TryAdd(PublishRequest request)
    {
        lock (_lock)
        {
            if (_isClosed)
            {
                return false;
            }

            if (_next - _first == (ulong)_ring.Length)
            {
                Grow();
            }

            _ring[_next++ & (ulong)(_ring.Length - 1)] = request;
            _count++;
            _bytes += request.Length;
            return true;
        }
    }

    /// <summary>Takes what a confirmation is about.</summary>
    public void Take(ulong number, bool multiple, List<PublishRequest> taken)
    {
        lock (_lock)
        {
            if (number >= _next || _isClosed)
            {
                return;
            }

            for (var i = multiple ? _first : Math.Max(_first, number); i <= number; i++)
            {
                TakeOne(i, taken);
            }

            while (_first < _next && _ring[_first & (ulong)(_ring.Length - 1)] is null)
            {
                _first++;
            }
        }
    }

    /// <summary>The broker gave a message back; its confirmation follows.</summary>
    public void MarkReturned(string? id, string reason)
    {
        lock (_lock)
        {
            for (var i = _first; i < _next; i++)
            {
                if (_ring[i & (ulong)(_ring.Length - 1)] is { } request && request.Returned is null && request.Id == id)
                {
                    request.Returned = reason;
                    return;
                }
            }
        }
    }

    /// <summary>The channel is gone: everything that is left.</summary>
    public List<PublishRequest> Close()
    {
        var left = new List<PublishRequest>();
        lock (_lock)
        {
            _isClosed = true;
            for (; _first < _next; _first++)
            {
                TakeOne(_first, left);
            }
        }

        return left;
    }

    private void TakeOne(ulong number, List<PublishRequest> taken)
    {
        ref var slot = ref _ring[number & (ulong)(_ring.Length - 1)];
        if (slot is { } request)
        {
            slot = null;
            _count--;
            _bytes -= request.Length;
            taken.Add(request);
        }
    }

    private void Grow()
    {
        var larger = new PublishRequest?[_ring.Length * 2];
        for (var i = _first; i < _next; i++)
        {
            larger[i & (ulong)(larger.Length - 1)] = _ring[i & (ulong)(_ring.Length - 1)];
        }

        _ring = larger;
    }
}
