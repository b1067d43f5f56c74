namespace HighPerf.Transports.Redis.Resp;

/// <summary>One or more commands that are sent together, and what to do with their replies. Replies come in the order of the commands, on the connection's reading thread.</summary>
internal abstract class RespRequest
{
    /// <summary>Replies that belong to the request: one per command.</summary>
    public virtual int Replies => 1;

    /// <summary>Writes the commands. Called under the connection's write lock; may be called again for another try.</summary>
    public abstract void Write(ref RespWriter writer);

    /// <summary>A reply came. Must not block and must not keep the bytes. One that makes no sense may throw: that ends the connection, and the request is told that it is lost.</summary>
    public abstract void OnReply(int index, ref RespReader reply);

    /// <summary>The connection was lost before all replies came: whether the commands were executed is not known.</summary>
    public abstract void OnLost(Exception reason);
}
