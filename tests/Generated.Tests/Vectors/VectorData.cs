// Deterministic data that the values of the golden vectors are made from.
#nullable enable
#pragma warning disable IDE0040
namespace HighPerf.Generated.Tests.Vectors;

internal static class VectorData
{
    static uint Next(ref uint s) { s = s * 1664525u + 1013904223u; return s; }   // LCG, top bits used
    public static int[] Ints(int n, uint seed) { var r = new int[n]; for (int i = 0; i < n; i++) r[i] = (int)Next(ref seed); return r; }
    public static long[] Longs(int n, uint seed) { var r = new long[n]; for (int i = 0; i < n; i++) r[i] = ((long)Next(ref seed) << 32) | Next(ref seed); return r; }
    public static byte[] Bytes(int n, uint seed) { var r = new byte[n]; for (int i = 0; i < n; i++) r[i] = (byte)(Next(ref seed) >> 24); return r; }
    public static bool[] Bools(int n, uint seed) { var r = new bool[n]; for (int i = 0; i < n; i++) r[i] = (Next(ref seed) >> 31) != 0; return r; }
    public static double[] Doubles(int n, uint seed) { var r = new double[n]; for (int i = 0; i < n; i++) r[i] = (int)Next(ref seed) / 1024.0; return r; }
    public static string Ascii(int n, uint seed) { var c = new char[n]; for (int i = 0; i < n; i++) c[i] = (char)('!' + (Next(ref seed) >> 16) % 94); return new string(c); }
    /// mix of 1-, 2-, 3- and 4-byte (surrogate pair) UTF-8 code points; n = number of code points
    public static string Uni(int n, uint seed)
    {
        var sb = new System.Text.StringBuilder();
        for (int i = 0; i < n; i++)
            switch ((Next(ref seed) >> 24) & 3)
            {
                case 0: sb.Append((char)('a' + (Next(ref seed) >> 24) % 26)); break;
                case 1: sb.Append((char)(0x00E0 + (Next(ref seed) >> 24) % 64)); break;
                case 2: sb.Append((char)(0x3042 + (Next(ref seed) >> 24) % 80)); break;
                default: sb.Append(char.ConvertFromUtf32(0x1F600 + (int)((Next(ref seed) >> 24) % 60))); break;
            }
        return sb.ToString();
    }
    public static string[] Words(int n, int len, uint seed) { var r = new string[n]; for (int i = 0; i < n; i++) r[i] = Ascii(len, seed + (uint)i * 77u); return r; }
    public static Guid G(uint seed) => new Guid(Bytes(16, seed));
}
