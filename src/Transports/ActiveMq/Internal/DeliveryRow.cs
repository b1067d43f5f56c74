namespace HighPerf.Transports.ActiveMq;

/// <summary>A message that the broker has handed to this process. Reused, with its memory for the broker's ids; guarded by the intake's lock.</summary>
internal sealed class DeliveryRow(int index)
{
    private byte[] _ids = new byte[128];
    private int _ackLength;
    private int _idLength;

    public readonly int Index = index;
    public DeliveryState State;

    /// <summary>Names the present delivery; 0 while there is none.</summary>
    public long Token;

    /// <summary>Order of arrival.</summary>
    public long Sequence;

    public int Priority;
    public Subscription Subscription = null!;

    /// <summary>Deliveries elsewhere, and here.</summary>
    public int Before;
    public int Times;

    public string? Key;

    /// <summary>True for the one message of its key that may be delivered.</summary>
    public bool HoldsKey;

    /// <summary>Unix milliseconds; 0 for never.</summary>
    public long Expires;

    /// <summary>Timestamp at which the lease lapses, or a held one is due.</summary>
    public long Deadline;

    /// <summary>Its connection is gone: what its ids name does not exist any more.</summary>
    public bool IsVoid;

    /// <summary>A purge drops it.</summary>
    public bool IsDiscarded;

    public ActiveMqReceiver? Owner;
    public PooledBuffer? Bytes;

    /// <summary>What an ACK names, on this connection only.</summary>
    public ReadOnlySpan<byte> AckId => _ids.AsSpan(0, _ackLength);

    /// <summary>The broker's id, which a message keeps over its redeliveries.</summary>
    public ReadOnlySpan<byte> BrokerId => _ids.AsSpan(_ackLength, _idLength);

    public int Count => Before + Times;

    public void SetIds(ReadOnlySpan<byte> ack, ReadOnlySpan<byte> id)
    {
        if (_ids.Length < ack.Length + id.Length)
        {
            _ids = new byte[(ack.Length + id.Length) * 2];
        }

        ack.CopyTo(_ids);
        id.CopyTo(_ids.AsSpan(ack.Length));
        (_ackLength, _idLength) = (ack.Length, id.Length);
    }
}
