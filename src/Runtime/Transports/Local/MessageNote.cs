using System.Buffers.Binary;
using System.Text;

namespace HighPerf.Transports;

/// <summary>
/// What has become of a message since it was published, as a note in the journal: <c>u8 state, u8 holds its key, u8 reason, u8 0, i32 deliveries, i64 expires, i64 due or
/// died at</c>, and the description of a dead letter in UTF-8.
/// </summary>
internal readonly record struct MessageNote(MessageState State, bool HoldsKey, DeadLetterReason Reason, int DeliveryCount, long ExpiresTicks, long AtTicks, string Description)
{
    public const int FixedSize = 24;
    private const int MaxDescription = 1000;

    public int MaxSize => FixedSize + Encoding.UTF8.GetMaxByteCount(Math.Min(Description.Length, MaxDescription));

    public static MessageNote Ready(PooledBuffer message) => new(MessageState.Ready, message.HoldsKey, default, message.DeliveryCount, message.ExpiresTicks, 0, "");

    public static MessageNote Delayed(PooledBuffer message, long dueTicks) => new(MessageState.Delayed, message.HoldsKey, default, message.DeliveryCount, message.ExpiresTicks, dueTicks, "");

    public static MessageNote Dead(in HeldDeadLetter letter)
        => new(MessageState.Dead, HoldsKey: false, letter.Reason, letter.Message.DeliveryCount, letter.Message.ExpiresTicks, letter.At.UtcTicks, letter.Description);

    public static MessageNote Read(ReadOnlySpan<byte> bytes) => new(
        (MessageState)bytes[0],
        bytes[1] != 0,
        (DeadLetterReason)bytes[2],
        BinaryPrimitives.ReadInt32LittleEndian(bytes[4..]),
        BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]),
        BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]),
        Encoding.UTF8.GetString(bytes[FixedSize..]));

    public int Write(Span<byte> bytes)
    {
        bytes[..FixedSize].Clear();
        bytes[0] = (byte)State;
        bytes[1] = HoldsKey ? (byte)1 : (byte)0;
        bytes[2] = (byte)Reason;
        BinaryPrimitives.WriteInt32LittleEndian(bytes[4..], DeliveryCount);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[8..], ExpiresTicks);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[16..], AtTicks);
        var description = Description.AsSpan(0, Math.Min(Description.Length, MaxDescription));
        return FixedSize + Encoding.UTF8.GetBytes(description, bytes[FixedSize..]);
    }
}
