using System.Text;

namespace HighPerf.Messages;

/// <summary>The stable 64-bit hash of a wire name: FNV-1a over its UTF-8 bytes (offset basis and prime of draft-eastlake-fnv). The generator computes the same at compile time.</summary>
public static class WireHash
{
    private const ulong OffsetBasis = 14695981039346656037;
    private const ulong Prime = 1099511628211;

    /// <summary>Hashes a name's UTF-8 bytes.</summary>
    public static ulong Of(ReadOnlySpan<byte> utf8Name)
    {
        var hash = OffsetBasis;
        foreach (var b in utf8Name)
        {
            hash = (hash ^ b) * Prime;
        }

        return hash;
    }

    /// <summary>Hashes a name.</summary>
    public static ulong Of(string name) => Of(Encoding.UTF8.GetBytes(name));
}
