namespace HighPerf.Transports.Kafka;

/// <summary>Where a message is that this process has fetched.</summary>
internal enum DeliveryState : byte
{
    /// <summary>The row is free.</summary>
    None = 0,

    /// <summary>Nobody has asked for it yet.</summary>
    Ready = 1,

    /// <summary>Behind another message of its ordering key.</summary>
    InLine = 2,

    /// <summary>Waits here for its instant, and its key with it.</summary>
    Held = 3,

    /// <summary>With a consumer.</summary>
    Out = 4,

    /// <summary>A copy of it is on its way, to wait or to the dead letters.</summary>
    Moving = 5,

    /// <summary>Somebody else's by now. The consumer may still read the bytes, until it settles and is told no.</summary>
    Lost = 6,
}
