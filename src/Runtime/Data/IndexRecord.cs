using System.Buffers.Binary;
using HighPerf.Journal;

namespace HighPerf.Data;

/// <summary>
/// 32 bytes of a file sink's index, little-endian after the id: message id (16), end of its line in the data file (8), number of the batch that it was written
/// with (4), CRC-32C of the 28 bytes before (4). The first record of the file has the format's name for an id.
/// </summary>
internal readonly record struct IndexRecord(MessageId Id, long End, uint Batch)
{
    public const int Size = 32;

    public static IndexRecord Header { get; } = new(MessageId.ReadFrom("HighPerf.ids v1\0"u8), 0, 0);

    public void Write(Span<byte> destination)
    {
        Id.WriteTo(destination);
        BinaryPrimitives.WriteInt64LittleEndian(destination[16..], End);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[24..], Batch);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[28..], Crc32C.Of(destination[..28]));
    }

    public static bool TryRead(ReadOnlySpan<byte> source, out IndexRecord record)
    {
        if (source.Length < Size || BinaryPrimitives.ReadUInt32LittleEndian(source[28..]) != Crc32C.Of(source[..28]))
        {
            record = default;
            return false;
        }

        record = new(MessageId.ReadFrom(source), BinaryPrimitives.ReadInt64LittleEndian(source[16..]), BinaryPrimitives.ReadUInt32LittleEndian(source[24..]));
        return true;
    }
}
