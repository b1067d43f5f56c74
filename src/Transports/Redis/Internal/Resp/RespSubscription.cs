namespace HighPerf.Transports.Redis.Resp;

/// <summary>
/// Subscribes to a channel. What succeeds is answered by a push and no reply, what is refused by an error and no push: the PING behind it says which of the two it was.
/// </summary>
internal sealed class RespSubscription(string channel, PendingReplies pending) : RespRequest
{
    public override void Write(ref RespWriter writer)
    {
        writer.Command(2);
        writer.Argument("SUBSCRIBE"u8);
        writer.Argument(channel);
        writer.Command(1);
        writer.Argument("PING"u8);
    }

    public override void OnReply(int index, ref RespReader reply)
    {
        reply.Read();
        if (reply.IsError)
        {
            // A user without rights on channels does without; the reply to PING is still to come.
            pending.AddFirst(this);
        }
    }

    public override void OnLost(Exception reason)
    {
        // Said again on the next connection.
    }
}
