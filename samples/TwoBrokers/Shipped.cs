using System.Collections.Concurrent;
using HighPerf.Transports;

namespace HighPerf.Samples.TwoBrokers;

/// <summary>What was shipped: each order once, however often it was delivered.</summary>
public sealed class Shipped
{
    private readonly ConcurrentDictionary<int, bool> _orders = new();

    /// <summary>The old broker, to look at its queue.</summary>
    internal Transport? Old { get; set; }

    /// <summary>Orders so far.</summary>
    public int Count => _orders.Count;

    /// <summary>Notes an order down.</summary>
    public void Add(int order) => _orders.TryAdd(order, true);

    /// <summary>Waits until so many are shipped.</summary>
    public async Task WaitAsync(int count)
    {
        while (Count < count)
        {
            await Task.Delay(20);
        }
    }
}
