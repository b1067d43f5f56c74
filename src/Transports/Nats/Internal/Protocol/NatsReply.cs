namespace HighPerf.Transports.Nats.Protocol;

/// <summary>An answer as objects: for everything that is not per message.</summary>
internal sealed record NatsReply(int Status, byte[] Payload)
{
    public const int NoResponders = 503;
}
