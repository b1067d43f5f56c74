namespace HighPerf.Transports.Nats.Protocol;

/// <summary>What is sent and wants one answer, at the subject that it is given. Told exactly one of the two.</summary>
internal abstract class NatsRequest
{
    /// <summary>Writes the frame that asks. Under the connection's write lock.</summary>
    public abstract void Write(ref NatsWriter writer, scoped ReadOnlySpan<byte> replyTo);

    /// <summary>True for what must not be sent on this connection any more.</summary>
    public virtual bool IsVoid(int epoch) => false;

    /// <summary>The answer came; a status for "nobody is there to answer" is one too. On the connection's thread.</summary>
    public abstract void OnReply(in NatsFrame reply);

    /// <summary>No answer will come: the connection was lost or the time is over.</summary>
    public abstract void OnLost(Exception reason);
}
