namespace HighPerf.Transports.Nats.Protocol;

/// <summary>What a server says.</summary>
internal enum NatsFrameKind : byte
{
    /// <summary>MSG and HMSG: a message for a subscription.</summary>
    Message = 1,

    /// <summary>INFO: what the server is, and when that changes.</summary>
    Info = 2,

    /// <summary>PING.</summary>
    Ping = 3,

    /// <summary>PONG.</summary>
    Pong = 4,

    /// <summary>+OK.</summary>
    Ok = 5,

    /// <summary>-ERR.</summary>
    Error = 6,
}
