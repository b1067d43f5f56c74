namespace HighPerf.Transports.ActiveMq.Stomp;

/// <summary>Bounds on a received frame. Beyond them the connection is closed.</summary>
/// <param name="MaxBodyBytes">Bytes of a body.</param>
internal sealed record StompLimits(long MaxBodyBytes)
{
    /// <summary>Headers of a frame; ActiveMQ's own bound.</summary>
    public int MaxHeaders { get; init; } = 1000;

    /// <summary>Bytes of the command and all headers.</summary>
    public int MaxHeaderBytes { get; init; } = 64 * 1024;
}
