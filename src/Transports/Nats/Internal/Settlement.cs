namespace HighPerf.Transports.Nats;

/// <summary>How a delivery is settled.</summary>
internal enum Settlement : byte
{
    /// <summary>+ACK: done, and out of the stream.</summary>
    Acknowledge = 1,

    /// <summary>-NAK: again, at once or after a delay.</summary>
    Release = 2,

    /// <summary>+TERM: never again, and out of the stream.</summary>
    Terminate = 3,
}
