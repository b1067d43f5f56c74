namespace HighPerf.Transports.Redis;

/// <summary>Where a message that is published is.</summary>
internal enum PublishPlace : byte
{
    /// <summary>Nowhere: its outcome is known.</summary>
    None = 0,

    /// <summary>Waits to be sent.</summary>
    Waiting = 1,

    /// <summary>In the batch that is sent.</summary>
    Sent = 2,
}
