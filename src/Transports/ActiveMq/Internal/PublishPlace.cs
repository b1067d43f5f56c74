namespace HighPerf.Transports.ActiveMq;

/// <summary>Where a publish is.</summary>
internal enum PublishPlace : byte
{
    None = 0,

    /// <summary>In the line: it can be cancelled.</summary>
    Waiting = 1,

    /// <summary>On the wire: its outcome will tell.</summary>
    Sent = 2,
}
