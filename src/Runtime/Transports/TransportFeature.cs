namespace HighPerf.Transports;

/// <summary>What can be asked of a broker beyond publishing, delivering at least once, and settling, which every transport does.</summary>
public enum TransportFeature : byte
{
    /// <summary>Holds a message until its not-before instant, outside of any worker (D11).</summary>
    Delay = 0,

    /// <summary>Serves three priority classes 8 : 4 : 1 (D12).</summary>
    Priority = 1,

    /// <summary>Starts messages of one ordering key in order, one at a time (D10).</summary>
    OrderingKey = 2,

    /// <summary>Deliveries have a lease that lapses and can be renewed (D6).</summary>
    LeaseRenewal = 3,

    /// <summary>Accepts a message that it has already, by its id, only once within a window (D15): an optimisation, never a guarantee.</summary>
    Deduplication = 4,

    /// <summary>Drops or records expired messages itself (D13); the worker checks in any case.</summary>
    Expiry = 5,

    /// <summary>Keeps dead letters with reason and history, and replays them (D9).</summary>
    DeadLetter = 6,

    /// <summary>Says what a queue holds (D17).</summary>
    Length = 7,

    /// <summary>Empties a queue and says how many messages that were (D16).</summary>
    Purge = 8,

    /// <summary>Shows dead letters without taking them.</summary>
    Browse = 9,
}
