using System.Buffers;

namespace HighPerf.Transports;

/// <summary>
/// A message in the hands of this process: borrowed bytes and a settlement token. The bytes are valid until the delivery is settled through its receiver; nobody
/// else returns them. The token is of one delivery: when the lease was lost and the message is with somebody else, settling with it does nothing and says so.
/// </summary>
public readonly struct Delivery
{
    /// <summary>Creates a delivery; transports do.</summary>
    public Delivery(Receiver receiver, in ReadOnlySequence<byte> bytes, long token, int deliveryCount)
    {
        Receiver = receiver;
        Bytes = bytes;
        Token = token;
        DeliveryCount = deliveryCount;
    }

    /// <summary>Where to settle.</summary>
    public Receiver Receiver { get; }

    /// <summary>Envelope and body.</summary>
    public ReadOnlySequence<byte> Bytes { get; }

    /// <summary>Names this delivery to its receiver.</summary>
    public long Token { get; }

    /// <summary>How often the message was delivered, this time included; 1 at first. 0 where the broker does not count.</summary>
    public int DeliveryCount { get; }
}
