namespace HighPerf.Transports.RabbitMq;

/// <summary>Where a delivery is.</summary>
internal enum DeliveryState : byte
{
    /// <summary>The row is free.</summary>
    None = 0,

    /// <summary>Here, and not asked for yet.</summary>
    Fetched = 1,

    /// <summary>With the consumer.</summary>
    Out = 2,

    /// <summary>A retry of an ordering key that waits for its instant: it blocks its key.</summary>
    Held = 3,

    /// <summary>Its settlement is on the way.</summary>
    Settling = 4,

    /// <summary>Nobody's or somebody else's by now. The consumer may still read the bytes, until it settles and is told no.</summary>
    Lost = 5,
}
