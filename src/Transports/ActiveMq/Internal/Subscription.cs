namespace HighPerf.Transports.ActiveMq;

/// <summary>
/// A receiver's share of what the broker hands out ahead: one SUBSCRIBE per priority class, each with its prefetch. Stays until the last receiver of the queue is closed, because the broker
/// takes back all that a subscription has, also what is with another receiver by then.
/// </summary>
internal sealed class Subscription(int number, int prefetch)
{
    public int Number => number;

    public int Prefetch => prefetch;

    /// <summary>True while a receiver counts on it.</summary>
    public bool IsUsed { get; set; }

    /// <summary>True for one that only empties the queue.</summary>
    public bool IsPurge { get; init; }

    /// <summary>Connection on which it was said.</summary>
    public int Epoch { get; set; }

    /// <summary>True when it is about to be ended: what still comes is the broker's.</summary>
    public bool IsLeaving { get; set; }
}
