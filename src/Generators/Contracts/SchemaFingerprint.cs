using System.Collections.Generic;
using HighPerf.Generators.Emission;

namespace HighPerf.Generators.Contracts;

/// <summary>
/// The 64 bits by which a reader knows whose members it sees: the version in the first 8, a hash of name, version and all members in 24, and eight times four bits, each
/// of every eighth member. These tell a reader that does not know the fingerprint which members differ from its own, and that what was added behind them does not matter.
/// </summary>
internal static class SchemaFingerprint
{
    /// <summary>Fingerprints of the first 0, 1, 2, … and of all members.</summary>
    public static List<ulong> OfAll(string name, int version, IEnumerable<string> members)
    {
        var text = name + "@" + version.ToString(System.Globalization.CultureInfo.InvariantCulture) + "(";
        var places = new uint[8];
        var all = new List<ulong> { Combine(version, text, places) };
        var index = 0;
        foreach (var member in members)
        {
            text += member + ",";
            ref var place = ref places[index++ % 8];
            place = ((place * 5) + Nibble(member) + 1) & 15;
            all.Add(Combine(version, text, places));
        }

        return all;
    }

    private static uint Nibble(string member)
    {
        var hash = Fold(Fnv.Hash(member));
        hash ^= hash >> 16;
        hash ^= hash >> 8;
        return (hash ^ (hash >> 4)) & 15;
    }

    private static ulong Combine(int version, string text, uint[] places)
    {
        var low = 0u;
        for (var i = 0; i < places.Length; i++)
        {
            low |= places[i] << (4 * i);
        }

        // Never zero, which says that a publisher does not know.
        return ((ulong)(byte)System.Math.Min(version, 255) << 56) | ((ulong)(Fold(Fnv.Hash(text)) & 0xFF_FFFF) << 32) | low;
    }

    private static uint Fold(ulong hash) => unchecked((uint)(hash ^ (hash >> 32)));
}
