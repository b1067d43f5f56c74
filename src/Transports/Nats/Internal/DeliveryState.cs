namespace HighPerf.Transports.Nats;

/// <summary>Where a delivery is.</summary>
internal enum DeliveryState : byte
{
    /// <summary>The row is free.</summary>
    None = 0,

    /// <summary>Fetched, and not asked for yet.</summary>
    Fetched = 1,

    /// <summary>With the consumer.</summary>
    Out = 2,

    /// <summary>Its settlement is on the way.</summary>
    Settling = 3,

    /// <summary>Somebody else's by now. The consumer may still read the bytes, until it settles and is told no.</summary>
    Lost = 4,
}
