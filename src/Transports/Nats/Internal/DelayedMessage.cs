using HighPerf.Connections;
using HighPerf.Transports.Nats.JetStream;
using HighPerf.Transports.Nats.Protocol;

namespace HighPerf.Transports.Nats;

/// <summary>A message on its way from where it waited to its lane: copied, and when the lane has the copy, ended. Published twice after a crash in between, it is added once.</summary>
internal sealed class DelayedMessage(NatsTransport transport, NatsQueue queue, MessageHeaders headers, long sequence, PooledBuffer bytes, byte[] settle) : NatsRequest
{
    private static readonly TimeSpan s_pause = TimeSpan.FromSeconds(1);

    public void Send()
    {
        if (transport.Client.TrySend(this) != WriteAdmission.Admitted)
        {
            GiveBack(s_pause);
        }
    }

    public void GiveBack(TimeSpan delay)
    {
        transport.Client.TrySettle(settle, Settlement.Release, delay);
        End();
    }

    public void End() => bytes.Return();

    public override void Write(ref NatsWriter writer, scoped ReadOnlySpan<byte> replyTo)
        => queue.Write(ref writer, replyTo, headers with { Due = 0, Source = sequence, SourceKind = 'm' }, bytes.Span);

    public override void OnReply(in NatsFrame reply)
    {
        if (reply.Status == 0 && PublishAnswer.IsAccepted(reply.Payload, out _, out _))
        {
            transport.Client.TrySettle(settle, Settlement.Acknowledge);
            End();
        }
        else
        {
            GiveBack(s_pause);
        }
    }

    /// <summary>Comes again after its lease, perhaps by another mover.</summary>
    public override void OnLost(Exception reason) => End();
}
