using System.Buffers.Binary;
using System.Numerics;

namespace HighPerf.Journal;

/// <summary>CRC-32C (Castagnoli) by the processor's instruction where it has one.</summary>
internal static class Crc32C
{
    /// <summary>What <see cref="Append(uint, ReadOnlySpan{byte})"/> begins with.</summary>
    public const uint Seed = uint.MaxValue;

    public static uint Of(ReadOnlySpan<byte> bytes) => ~Append(Seed, bytes);

    /// <summary>Goes on with a checksum; its complement is the final value.</summary>
    public static uint Append(uint crc, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length >= sizeof(ulong))
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }

        foreach (var value in bytes)
        {
            crc = BitOperations.Crc32C(crc, value);
        }

        return crc;
    }

    public static uint Append(uint crc, long value) => BitOperations.Crc32C(crc, (ulong)value);
}
