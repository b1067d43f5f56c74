using System.Buffers.Binary;

namespace HighPerf.Journal;

/// <summary>
/// The first 64 bytes of a segment, little-endian:
/// <code>
///  0  8 bytes  "HPJRNL\r\n"
///  8  u32      version, 1
/// 12  u32      flags: 1 = rewritten after damage, what the next segment says about its end does not count
/// 16  u64      number of the segment
/// 24  u64      the next record number when the segment was begun
/// 32  u64      where the segment before it ends; bytes after that were never acknowledged. 0 for the first one
/// 40  16 bytes id of the journal
/// 56  u32      0
/// 60  u32      CRC-32C of the bytes before
/// </code>
/// </summary>
internal readonly record struct SegmentHeader(long Segment, long NextNumber, long PreviousEnd, Guid Journal, bool IsRewritten)
{
    public const int Size = 64;
    public const int CurrentVersion = 1;

    private static ReadOnlySpan<byte> Magic => "HPJRNL\r\n"u8;

    public void Write(Span<byte> bytes)
    {
        bytes = bytes[..Size];
        bytes.Clear();
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[8..], CurrentVersion);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[12..], IsRewritten ? 1 : 0);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[16..], Segment);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[24..], NextNumber);
        BinaryPrimitives.WriteInt64LittleEndian(bytes[32..], PreviousEnd);
        Journal.TryWriteBytes(bytes[40..]);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[60..], Crc32C.Of(bytes[..60]));
    }

    /// <summary>False when these bytes are not a header.</summary>
    public static bool TryRead(ReadOnlySpan<byte> bytes, out SegmentHeader header, out int version)
    {
        header = default;
        version = 0;
        if (bytes.Length < Size || !bytes.StartsWith(Magic) || BinaryPrimitives.ReadUInt32LittleEndian(bytes[60..]) != Crc32C.Of(bytes[..60]))
        {
            return false;
        }

        version = BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]);
        header = new SegmentHeader(
            BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[24..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[32..]),
            new Guid(bytes[40..56]),
            (BinaryPrimitives.ReadInt32LittleEndian(bytes[12..]) & 1) != 0);
        return true;
    }
}
