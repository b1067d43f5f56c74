using System.Text.Json;

namespace HighPerf.Generated.Tests.Vectors;

/// <summary>The bytes of a malformed input: in hexadecimal, or by recipe where they are many.</summary>
internal static class MalformedInput
{
    public static IReadOnlyDictionary<string, byte[]?> All { get; }
        = File.ReadLines(Path.Combine(AppContext.BaseDirectory, "vectors-data", "malformed.jsonl"))
            .Select(l => JsonDocument.Parse(l).RootElement)
            .ToDictionary(e => e.GetProperty("id").GetString()!, e => e.TryGetProperty("hex", out var hex) ? Convert.FromHexString(hex.GetString()!) : Recipe(e.GetProperty("id").GetString()!));

    /// <summary>The bytes of nested objects that the depth tests read.</summary>
    public static byte[] Deep(int depth) => [.. Enumerable.Repeat<byte[]>([2, 1, 0], depth).SelectMany(b => b), 255];

    private static byte[]? Recipe(string id) => id switch
    {
        "m/str/hint-3x" => [.. BitConverter.GetBytes(~3000), .. BitConverter.GetBytes(9000), .. Enumerable.Repeat((byte)'a', 3000)],
        "m/prealloc/list-struct" or "m/prealloc/string-array" => [.. BitConverter.GetBytes(100_000), .. new byte[100_000]],
        "m/prealloc/fan-1000" => Fans(),
        "m/overflow/32k-struct" => [1, .. BitConverter.GetBytes(131_072), .. new byte[131_072]],
        _ => null,
    };

    private static byte[] Fans()
    {
        var bytes = new byte[60_000];
        for (var i = 0; i < 1000; i++)
        {
            bytes[i * 5] = 1;
            BitConverter.TryWriteBytes(bytes.AsSpan((i * 5) + 1), bytes.Length - ((i + 1) * 5));
        }

        return bytes;
    }
}
