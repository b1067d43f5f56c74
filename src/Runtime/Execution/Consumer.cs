using HighPerf.Transports;

namespace HighPerf.Execution;

/// <summary>A queue that a worker consumes.</summary>
internal sealed class Consumer(Receiver receiver)
{
    private long _taken;

    /// <summary>Replaced when it brings nothing any more.</summary>
    public Receiver Receiver { get; set; } = receiver;

    /// <summary>Deliveries so far.</summary>
    public long Taken => Volatile.Read(ref _taken);

    /// <summary>Called by whoever fetches, one at a time.</summary>
    public int TryReceive(Span<Delivery> burst)
    {
        var count = Receiver.TryReceive(burst);
        if (count > 0)
        {
            Volatile.Write(ref _taken, _taken + count);
        }

        return count;
    }
}
