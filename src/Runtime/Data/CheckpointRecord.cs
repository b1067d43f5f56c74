using System.Buffers.Binary;
using HighPerf.Journal;

namespace HighPerf.Data;

/// <summary>
/// 32 bytes of a file source's checkpoint, little-endian but for the key: kind (1), zero (3), failures (4), file key (16), slice index or
/// number of slices (4), CRC-32C of the 28 bytes before (4). Each record stands for itself: one that is not whole only means that its slice is done again.
/// </summary>
internal readonly record struct CheckpointRecord(CheckpointKind Kind, MessageId File, uint Number, uint Failures)
{
    public const int Size = 32;

    public static CheckpointRecord Header { get; } = new(CheckpointKind.Header, MessageId.ReadFrom("HighPerf.done v1"u8), 0, 0);

    public void Write(Span<byte> destination)
    {
        destination[..8].Clear();
        destination[0] = (byte)Kind;
        BinaryPrimitives.WriteUInt32LittleEndian(destination[4..], Failures);
        File.WriteTo(destination[8..]);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[24..], Number);
        BinaryPrimitives.WriteUInt32LittleEndian(destination[28..], Crc32C.Of(destination[..28]));
    }

    public static bool TryRead(ReadOnlySpan<byte> source, out CheckpointRecord record)
    {
        if (source.Length < Size || BinaryPrimitives.ReadUInt32LittleEndian(source[28..]) != Crc32C.Of(source[..28]))
        {
            record = default;
            return false;
        }

        record = new((CheckpointKind)source[0], MessageId.ReadFrom(source[8..]), BinaryPrimitives.ReadUInt32LittleEndian(source[24..]), BinaryPrimitives.ReadUInt32LittleEndian(source[4..]));
        return true;
    }
}
