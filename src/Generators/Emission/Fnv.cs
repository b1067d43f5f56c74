using System.Text;

namespace HighPerf.Generators.Emission;

/// <summary>64-bit FNV-1a over UTF-8: the same as the runtime's WireHash.</summary>
internal static class Fnv
{
    public static ulong Hash(string text)
    {
        var hash = 14695981039346656037UL;
        foreach (var b in Encoding.UTF8.GetBytes(text))
        {
            hash = unchecked((hash ^ b) * 1099511628211UL);
        }

        return hash;
    }
}
