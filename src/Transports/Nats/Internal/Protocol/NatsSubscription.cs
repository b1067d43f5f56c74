namespace HighPerf.Transports.Nats.Protocol;

/// <summary>What is subscribed to, on every connection anew, and who is told of its messages.</summary>
internal abstract class NatsSubscription(byte[] subject)
{
    public byte[] Subject { get; } = subject;

    /// <summary>Given by the client.</summary>
    public long Sid { get; set; }

    /// <summary>True while the present read brought messages for it.</summary>
    public bool IsTouched { get; set; }

    /// <summary>A message. On the connection's thread; its bytes are the connection's.</summary>
    public abstract void OnMessage(in NatsFrame message);

    /// <summary>What was read from the wire is shown to its end.</summary>
    public virtual void OnBurst()
    {
    }
}
