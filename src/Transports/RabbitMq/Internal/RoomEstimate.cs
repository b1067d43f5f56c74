namespace HighPerf.Transports.RabbitMq;

/// <summary>
/// What a queue holds, as far as a publisher can know: what was counted at the broker, and what this process published since. The broker tells no bytes, so they are the count
/// times the mean size of what was published here. Guarded by the queue's lock.
/// </summary>
internal struct RoomEstimate(long capacity, long capacityBytes)
{
    private long _counted;
    private long _since;
    private long _sinceBytes;
    private long _sent;
    private long _sentBytes;
    private long _correction;
    private long _correctionBytes;
    private double _meanSize;

    /// <summary>The broker refused a message: nothing is admitted until it was counted.</summary>
    public bool IsFull { get; set; }

    public readonly bool HasRoom(PublishRequest request)
        => !request.WaitsForRoom || (!IsFull && _counted + _since < capacity && (_counted * _meanSize) + _sinceBytes + request.Length <= capacityBytes);

    public bool TryAdmit(PublishRequest request)
    {
        if (request.IsDone)
        {
            // Cancelled: it goes nowhere and takes nothing.
            return true;
        }

        if (!HasRoom(request))
        {
            return false;
        }

        request.IsAdmitted = true;
        _since++;
        _sinceBytes += request.Length;
        _sent++;
        _sentBytes += request.Length;
        return true;
    }

    public void OnEnded(PublishRequest request, bool isAccepted)
    {
        if (!request.IsAdmitted)
        {
            return;
        }

        request.IsAdmitted = false;
        _sent--;
        _sentBytes -= request.Length;
        if (isAccepted)
        {
            const double Weight = 1.0 / 64;
            _meanSize = _meanSize == 0 ? request.Length : _meanSize + (Weight * (request.Length - _meanSize));
        }
        else
        {
            _since--;
            _sinceBytes -= request.Length;
        }
    }

    public void BeginCount() => (_correction, _correctionBytes) = (_sent - _since, _sentBytes - _sinceBytes);

    /// <summary>What was on its way when the count began may be in it or not: it is taken as not.</summary>
    public void EndCount(long count)
    {
        IsFull = false;
        _counted = count;
        _since = Math.Max(0, _since + _correction);
        _sinceBytes = Math.Max(0, _sinceBytes + _correctionBytes);
    }
}
