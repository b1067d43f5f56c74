namespace HighPerf;

/// <summary>Why a task's token was cancelled.</summary>
public enum CancellationReason : byte
{
    /// <summary>It was not.</summary>
    None = 0,

    /// <summary>The worker shuts down and the drain time is over; the message is given back uncounted.</summary>
    Shutdown = 1,

    /// <summary>The attempt's time limit is over; it counts as a failure.</summary>
    Timeout = 2,

    /// <summary>Somebody revoked the command; it is not tried again.</summary>
    Revoked = 3,

    /// <summary>The lease was lost: the message is with somebody else.</summary>
    LeaseLost = 4,
}
