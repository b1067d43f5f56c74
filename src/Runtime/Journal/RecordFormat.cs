using System.Buffers.Binary;

namespace HighPerf.Journal;

/// <summary>
/// A record on the disk, little-endian. 20 bytes of header, then the payload:
/// <code>
///  0  u32  length of the payload
///  4  u32  CRC-32C of the segment's number, the record's offset in it, and everything but this field
///  8  u8   type, the user's
///  9  u8   0xA0 | operation; + 0x10 on the first record of a commit: what is before it was on the disk
/// 10  u16  low half of a CRC-32C of the header alone: says no to almost every place that is no record without reading a payload
/// 12  u64  number of the record that is added, amended or removed
/// </code>
/// Number and offset are in both checksums, so that bytes of another file, or of another place, are never taken for a record.
/// </summary>
internal static class RecordFormat
{
    public const int HeaderSize = 20;

    private const byte Mark = 0xA0;
    private const byte FirstOfCommit = 0x10;
    private const byte MarkMask = 0xE0;
    private const byte OperationMask = 0x0F;

    /// <summary>Writes what is known when a record is staged; <see cref="Seal"/> does the rest where its place is known.</summary>
    public static void Write(Span<byte> record, JournalOperation operation, byte type, long number)
    {
        BinaryPrimitives.WriteInt32LittleEndian(record, record.Length - HeaderSize);
        record[8] = type;
        record[9] = (byte)(Mark | (byte)operation);
        BinaryPrimitives.WriteInt64LittleEndian(record[12..], number);
    }

    /// <summary>Makes a whole record valid at its place.</summary>
    public static void Seal(Span<byte> record, long segment, long offset, bool firstOfCommit)
    {
        record[9] = (byte)((record[9] & ~FirstOfCommit) | (firstOfCommit ? FirstOfCommit : 0));
        var place = Crc32C.Append(Crc32C.Append(Crc32C.Seed, segment), offset);
        BinaryPrimitives.WriteUInt16LittleEndian(record[10..], HeaderCheck(record, place));
        BinaryPrimitives.WriteUInt32LittleEndian(record[4..], Checksum(record, place));
    }

    /// <summary>Whether a record that was read from its place is whole.</summary>
    public static bool IsValid(ReadOnlySpan<byte> record, long segment, long offset) => TryRead(record, segment, offset, out var header) && header.Size == record.Length;

    /// <summary>Reads the record that bytes begin with. False when there is none.</summary>
    /// <param name="bytes">All that is left of the segment.</param>
    /// <param name="segment">The segment's number.</param>
    /// <param name="offset">Where in it they begin.</param>
    /// <param name="header">What the record's header says.</param>
    public static bool TryRead(ReadOnlySpan<byte> bytes, long segment, long offset, out RecordHeader header)
    {
        header = default;
        if (bytes.Length < HeaderSize)
        {
            return false;
        }

        var record = bytes;
        var operation = (JournalOperation)(record[9] & OperationMask);
        if ((record[9] & MarkMask) != Mark || operation is < JournalOperation.Add or > JournalOperation.Remove)
        {
            return false;
        }

        var length = BinaryPrimitives.ReadUInt32LittleEndian(record);
        if (length > record.Length - HeaderSize)
        {
            return false;
        }

        record = record[..(HeaderSize + (int)length)];
        var place = Crc32C.Append(Crc32C.Append(Crc32C.Seed, segment), offset);
        if (BinaryPrimitives.ReadUInt16LittleEndian(record[10..]) != HeaderCheck(record, place)
            || BinaryPrimitives.ReadUInt32LittleEndian(record[4..]) != Checksum(record, place))
        {
            return false;
        }

        header = new RecordHeader(operation, record[8], BinaryPrimitives.ReadInt64LittleEndian(record[12..]), record.Length, (record[9] & FirstOfCommit) != 0);
        return true;
    }

    private static ushort HeaderCheck(ReadOnlySpan<byte> record, uint place)
        => (ushort)Crc32C.Append(Crc32C.Append(Crc32C.Append(place, record[..4]), record[8..10]), record[12..HeaderSize]);

    private static uint Checksum(ReadOnlySpan<byte> record, uint place)
        => ~Crc32C.Append(Crc32C.Append(place, record[..4]), record[8..]);
}
