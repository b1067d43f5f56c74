using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace HighPerf.Messages;

/// <summary>
/// Random bits for message ids: xoroshiro128+ per thread, seeded from the system's generator. Ids must be unique, not secret; a system call per id would cost
/// more than the rest of a publish.
/// </summary>
internal static class IdRandom
{
    [ThreadStatic]
    private static ulong t_s0;

    [ThreadStatic]
    private static ulong t_s1;

    public static (ulong First, ulong Second) Next()
    {
        var s0 = t_s0;
        var s1 = t_s1;
        if ((s0 | s1) == 0)
        {
            Seed(out s0, out s1);
        }

        var first = Step(ref s0, ref s1);
        var second = Step(ref s0, ref s1);
        t_s0 = s0;
        t_s1 = s1;
        return (first, second);
    }

    // Constants of xoroshiro128+ 2018 (24, 16, 37): https://prng.di.unimi.it/xoroshiro128plus.c
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Step(ref ulong s0, ref ulong s1)
    {
        var result = s0 + s1;
        var t = s1 ^ s0;
        s0 = BitOperations.RotateLeft(s0, 24) ^ t ^ (t << 16);
        s1 = BitOperations.RotateLeft(t, 37);
        return result;
    }

    private static void Seed(out ulong s0, out ulong s1)
    {
        Span<ulong> seed = stackalloc ulong[2];
        do
        {
            RandomNumberGenerator.Fill(MemoryMarshal.AsBytes(seed));
        }
        while ((seed[0] | seed[1]) == 0);

        s0 = seed[0];
        s1 = seed[1];
    }
}
