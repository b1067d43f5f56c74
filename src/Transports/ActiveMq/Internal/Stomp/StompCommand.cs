namespace HighPerf.Transports.ActiveMq.Stomp;

/// <summary>What a server sends.</summary>
internal enum StompCommand : byte
{
    /// <summary>Nothing that a client of STOMP 1.2 expects.</summary>
    Other = 0,

    Connected = 1,

    Message = 2,

    Receipt = 3,

    Error = 4,
}
