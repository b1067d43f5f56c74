using System.Text;
using HighPerf.Connections;
using HighPerf.Transports.Nats.Protocol;

namespace HighPerf.Transports.Nats;

/// <summary>
/// A receiver's way to one of the queue's consumers. What is there is polled: a pull that does not wait, for as many as are wanted. Where nothing is, a tripwire stands: a pull for
/// one that waits for 30 s, with a heartbeat every 5. What it brings says how many more there are. State is guarded by the receiver's lock.
/// </summary>
internal sealed class Lane : NatsSubscription
{
    /// <summary>Words that end the subjects of pulls' answers.</summary>
    public const byte PollMark = (byte)'p';
    public const byte TripwireMark = (byte)'t';

    public static readonly TimeSpan TripwireTime = TimeSpan.FromSeconds(30);

    /// <summary>Two heartbeats that did not come, and some.</summary>
    public static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(11);

    private readonly NatsReceiver _receiver;
    private readonly NatsClient _client;
    private readonly byte[] _next;
    private readonly byte[] _pollReply;
    private readonly byte[] _tripwireReply;

    public Lane(NatsReceiver receiver, NatsClient client, QueueNames names, int index, string inbox)
        : base(Encoding.ASCII.GetBytes($"{inbox}.{names.Lanes[index]}.*"))
    {
        _receiver = receiver;
        _client = client;
        Index = index;
        Name = names.Lanes[index];
        _next = Encoding.ASCII.GetBytes($"$JS.API.CONSUMER.MSG.NEXT.{names.Stream}.{Name}");
        _pollReply = [.. Subject.AsSpan(0, Subject.Length - 1), PollMark];
        _tripwireReply = [.. Subject.AsSpan(0, Subject.Length - 1), TripwireMark];
        Reset();
    }

    public int Index { get; }

    public string Name { get; }

    /// <summary>Of ordering keys: one message is out at a time.</summary>
    public bool IsShard => Index >= QueueNames.Classes;

    /// <summary>8 : 4 : 1.</summary>
    public int Weight => Index switch
    {
        0 => 8,
        1 => 4,
        _ => 1,
    };

    public int Credit { get; set; }

    /// <summary>There are messages, or nobody has looked.</summary>
    public bool MayHave { get; set; }

    /// <summary>How many there are by what came last.</summary>
    public long Estimate { get; set; }

    /// <summary>What a poll may still bring; 0 when none is out.</summary>
    public int PollLeft { get; set; }

    public bool HasTripwire { get; set; }

    /// <summary>Deliveries that are in this receiver's hands.</summary>
    public int Held { get; set; }

    /// <summary>Timestamps.</summary>
    public long HeardAt { get; set; }

    /// <summary>Nothing is known: at first, and on a new connection.</summary>
    public void Reset()
    {
        MayHave = true;
        Estimate = long.MaxValue;
        PollLeft = 0;
        HasTripwire = false;
    }

    public WriteAdmission Poll(int count)
    {
        Span<byte> request = stackalloc byte[64];
        "{\"no_wait\":true,\"batch\":"u8.CopyTo(request);
        var at = "{\"no_wait\":true,\"batch\":"u8.Length;
        System.Buffers.Text.Utf8Formatter.TryFormat(count, request[at..], out var digits);
        at += digits;
        request[at++] = (byte)'}';
        return _client.TryPublish(_next, _pollReply, request[..at]);
    }

    public WriteAdmission SetTripwire() => _client.TryPublish(_next, _tripwireReply, "{\"batch\":1,\"expires\":30000000000,\"idle_heartbeat\":5000000000}"u8);

    public override void OnMessage(in NatsFrame message) => _receiver.OnMessage(this, in message);

    public override void OnBurst() => _receiver.OnBurst();
}
