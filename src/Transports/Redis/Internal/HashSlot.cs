using System.Text;

namespace HighPerf.Transports.Redis;

/// <summary>A cluster's slot of a hash tag: CRC-16/XMODEM modulo 16,384.</summary>
internal static class HashSlot
{
    public static int Of(string tag)
    {
        const int Polynomial = 0x1021;
        var crc = 0;
        foreach (var value in Encoding.UTF8.GetBytes(tag))
        {
            crc ^= value << 8;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = ((crc & 0x8000) != 0 ? (crc << 1) ^ Polynomial : crc << 1) & 0xFFFF;
            }
        }

        return crc % 16_384;
    }
}
