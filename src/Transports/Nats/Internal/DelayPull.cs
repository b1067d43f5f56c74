using System.Globalization;
using System.Text;
using HighPerf.Connections;
using HighPerf.Transports.Nats.Protocol;

namespace HighPerf.Transports.Nats;

/// <summary>The mover's pulls from one consumer of delayed messages: one is always out.</summary>
internal sealed class DelayPull(DelayMover mover, NatsTransport transport, string stream, string name, string consumer, string inbox)
    : NatsSubscription(Encoding.ASCII.GetBytes(inbox))
{
    private const int Batch = 256;

    private readonly byte[] _next = Encoding.ASCII.GetBytes($"$JS.API.CONSUMER.MSG.NEXT.{stream}.{consumer}");
    private int _left;
    private long _heardAt;

    public string Name => name;

    /// <summary>Null for what is due soon.</summary>
    public long? Minute => long.TryParse(name, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var minute) ? minute : null;

    public void Reset() => Volatile.Write(ref _left, 0);

    /// <summary>Once a second: a pull that ended or is silent is sent anew.</summary>
    public void Look(long now)
    {
        if (Volatile.Read(ref _left) > 0 && transport.Clock.GetElapsedTime(Volatile.Read(ref _heardAt), now) > Lane.LongestSilence)
        {
            Volatile.Write(ref _left, 0);
        }

        Pull();
    }

    public override void OnMessage(in NatsFrame message)
    {
        const int Heartbeat = 100;
        Volatile.Write(ref _heardAt, transport.Clock.GetTimestamp());
        if (!message.ReplyTo.IsEmpty)
        {
            Interlocked.Decrement(ref _left);
            mover.OnMessage(in message);
        }
        else if (message.Status != Heartbeat)
        {
            Volatile.Write(ref _left, 0);
        }
    }

    public override void OnBurst()
    {
        mover.MoveDue();
        if (transport.Clock.GetElapsedTime(_heardAt) < Lane.LongestSilence)
        {
            Pull();
        }
    }

    private void Pull()
    {
        // Two that come here at once send one pull too many, which is nothing.
        if (Volatile.Read(ref _left) <= 0 && transport.Client.TryPublish(_next, Subject, "{\"batch\":256,\"expires\":30000000000,\"idle_heartbeat\":5000000000}"u8) == WriteAdmission.Admitted)
        {
            Volatile.Write(ref _heardAt, transport.Clock.GetTimestamp());
            Volatile.Write(ref _left, Batch);
        }
    }
}
