using System.Buffers.Binary;

namespace HighPerf.Generated.Tests.Fuzzing;

/// <summary>
/// Changes valid bytes in the ways that the format's readers have to withstand: headers, counts and lengths become extreme or off by one, bits flip, parts are cut out,
/// doubled, or come from another message.
/// </summary>
internal sealed class Mutator(int seed, byte[][] corpus)
{
    private static readonly byte[] Bytes = [0, 1, 2, 0x7F, 0x80, 0x82, 0x84, 0xF9, 0xFA, 0xFB, 0xFE, 0xFF];
    private static readonly int[] Numbers = [0, 1, -1, -2, 2, 8, 64, 255, 65_535, 1 << 20, int.MaxValue, int.MinValue, int.MinValue + 4, ~1, ~100];

    private readonly Random _random = new(seed);

    public byte[] Next(byte[] valid)
    {
        var bytes = valid.ToList();
        for (var changes = 1 + _random.Next(3); changes > 0; changes--)
        {
            Change(bytes);
        }

        return [.. bytes];
    }

    /// <summary>The size of the segments that the bytes come in; most come in one.</summary>
    public int SegmentSize() => _random.Next(4) == 0 ? 1 + _random.Next(9) : int.MaxValue;

    private void Change(List<byte> bytes)
    {
        var at = _random.Next(bytes.Count + 1);
        if (at == bytes.Count)
        {
            bytes.Add((byte)_random.Next(256));
            return;
        }

        switch (_random.Next(9))
        {
            case 0:
                bytes[at] ^= (byte)(1 << _random.Next(8));
                break;
            case 1:
                bytes[at] = Bytes[_random.Next(Bytes.Length)];
                break;
            case 2:
                bytes[at] += (byte)(_random.Next(2) == 0 ? 1 : 255);
                break;
            case 3 when at + 4 <= bytes.Count:
                Number(bytes, at, Numbers[_random.Next(Numbers.Length)]);
                break;
            case 4 when at + 4 <= bytes.Count:
                Number(bytes, at, Read(bytes, at) + _random.Next(-2, 3));
                break;
            case 5 when at + 4 <= bytes.Count:
                Number(bytes, at, bytes.Count - at - 4);
                break;
            case 6:
                bytes.RemoveRange(at, Math.Min(1 + _random.Next(8), bytes.Count - at));
                break;
            case 7:
                bytes.InsertRange(at, bytes.GetRange(at, Math.Min(1 + _random.Next(16), bytes.Count - at)));
                break;
            default:
                var other = corpus[_random.Next(corpus.Length)];
                var from = _random.Next(other.Length);
                bytes.InsertRange(at, other.Skip(from).Take(1 + _random.Next(16)));
                break;
        }
    }

    private static int Read(List<byte> bytes, int at) => bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24);

    private static void Number(List<byte> bytes, int at, int value)
    {
        Span<byte> number = stackalloc byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(number, value);
        for (var i = 0; i < 4; i++)
        {
            bytes[at + i] = number[i];
        }
    }
}
