using HighPerf.Transports.Redis.Resp;

namespace HighPerf.Transports.Redis;

/// <summary>Renews leases, a batch at a time: sent and not waited for. What the server says is lost is told to the consumer.</summary>
internal sealed class RenewRequest(RedisReceiver receiver, RedisQueue queue, DeliveryRow[] rows, long sentAt) : RespRequest
{
    private bool _byText;

    public override void Write(ref RespWriter writer)
    {
        writer.Command(3 + RedisKeys.Count + 1 + (3 * rows.Length));
        queue.WriteScript(ref writer, RedisScript.Renew, _byText);
        writer.Argument(receiver.Consumer);
        foreach (ref readonly var row in rows.AsSpan())
        {
            writer.Argument(row.Stream);
            row.Id.Write(ref writer);
            writer.Argument(row.Times);
        }
    }

    public override void OnReply(int index, ref RespReader reply)
    {
        reply.Read();
        if (reply.IsError)
        {
            if (reply.Text.StartsWith("NOSCRIPT", StringComparison.Ordinal) && !_byText)
            {
                _byText = true;
                receiver.Send(this);
                return;
            }

            RedisLog.CommandFailed(receiver.Logger, queue.ToString(), "renewing leases", reply.Text);
            return;
        }

        receiver.EndRenewal(rows, reply.Text, sentAt);
    }

    public override void OnLost(Exception reason)
    {
        // The next renewal, a third of a lease later, is early enough.
    }
}
