using System.Diagnostics.CodeAnalysis;

namespace HighPerf.Transports.ActiveMq.Stomp;

/// <summary>Requests whose receipts are outstanding. Receipts of different requests may come in another order than they were asked for.</summary>
internal sealed class StompReceipts
{
    private readonly Lock _lock = new();
    private readonly Dictionary<long, StompRequest> _requests = [];

    public bool IsEmpty
    {
        get
        {
            lock (_lock)
            {
                return _requests.Count == 0;
            }
        }
    }

    public void Add(long receipt, StompRequest request)
    {
        lock (_lock)
        {
            _requests.Add(receipt, request);
        }
    }

    public bool TryTake(long receipt, [NotNullWhen(true)] out StompRequest? request)
    {
        lock (_lock)
        {
            return _requests.Remove(receipt, out request);
        }
    }

    /// <summary>All of them, in the order in which they were sent.</summary>
    public StompRequest[] TakeAll()
    {
        lock (_lock)
        {
            var all = _requests.OrderBy(static pair => pair.Key).Select(static pair => pair.Value).ToArray();
            _requests.Clear();
            return all;
        }
    }
}
