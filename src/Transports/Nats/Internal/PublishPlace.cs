namespace HighPerf.Transports.Nats;

/// <summary>Where a message that is published is.</summary>
internal enum PublishPlace : byte
{
    /// <summary>Nowhere: its outcome is known.</summary>
    None = 0,

    /// <summary>Waits to be sent.</summary>
    Waiting = 1,

    /// <summary>On the wire.</summary>
    Sent = 2,
}
