using System.Buffers.Binary;
using System.Text;

namespace HighPerf.Transports;

/// <summary>
/// What goes before a message's bytes in the journal: <c>u8 priority, u8 0, u16 length of the queue's name, i32 length of the ordering key or -1, i64 expires, i64 not before,
/// i64 ready since</c>, and the two texts in UTF-8.
/// </summary>
internal static class MessageRecord
{
    public const byte Type = 1;
    public const byte NoteType = 2;
    public const int FixedSize = 32;

    public static int SizeOf(byte[] queue, string? key) => FixedSize + queue.Length + (key is null ? 0 : Encoding.UTF8.GetByteCount(key));

    public static void Write(Span<byte> head, byte[] queue, PooledBuffer message, long notBeforeTicks)
    {
        head[0] = (byte)message.Priority;
        head[1] = 0;
        BinaryPrimitives.WriteUInt16LittleEndian(head[2..], checked((ushort)queue.Length));
        BinaryPrimitives.WriteInt64LittleEndian(head[8..], message.ExpiresTicks);
        BinaryPrimitives.WriteInt64LittleEndian(head[16..], notBeforeTicks);
        BinaryPrimitives.WriteInt64LittleEndian(head[24..], message.ReadySinceTicks);
        queue.CopyTo(head[FixedSize..]);
        var keyLength = message.OrderingKey is { } key ? Encoding.UTF8.GetBytes(key, head[(FixedSize + queue.Length)..]) : -1;
        BinaryPrimitives.WriteInt32LittleEndian(head[4..], keyLength);
    }

    public static StoredMessage Read(long number, ReadOnlySpan<byte> payload, BufferPool pool)
    {
        var queueLength = BinaryPrimitives.ReadUInt16LittleEndian(payload[2..]);
        var keyLength = BinaryPrimitives.ReadInt32LittleEndian(payload[4..]);
        var queue = Encoding.UTF8.GetString(payload.Slice(FixedSize, queueLength));
        var message = pool.Rent();
        message.Priority = (MessagePriority)payload[0];
        message.HoldsKey = false;
        message.DeliveryCount = 0;
        message.ExpiresTicks = BinaryPrimitives.ReadInt64LittleEndian(payload[8..]);
        message.ReadySinceTicks = BinaryPrimitives.ReadInt64LittleEndian(payload[24..]);
        message.OrderingKey = keyLength < 0 ? null : Encoding.UTF8.GetString(payload.Slice(FixedSize + queueLength, keyLength));
        message.Write(payload[(FixedSize + queueLength + Math.Max(keyLength, 0))..]);
        return new StoredMessage(number, queue, message, BinaryPrimitives.ReadInt64LittleEndian(payload[16..]));
    }
}
