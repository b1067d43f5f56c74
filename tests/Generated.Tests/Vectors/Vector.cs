using System.Security.Cryptography;
using System.Text.Json;

namespace HighPerf.Generated.Tests.Vectors;

/// <summary>The bytes of a golden vector; of a large one, their length and hash.</summary>
internal sealed record Vector(string Id, string? Hex, int Length, string? Sha256)
{
    public static IReadOnlyDictionary<string, Vector> All { get; } = Load();

    public bool IsLarge => Hex is null;

    /// <summary>The value cannot be written.</summary>
    public bool IsMissing => Hex is null && Sha256 is null;

    public bool Is(byte[] bytes)
        => Hex is null ? bytes.Length == Length && Convert.ToHexString(SHA256.HashData(bytes)).Equals(Sha256, StringComparison.OrdinalIgnoreCase) : Convert.ToHexString(bytes) == Hex;

    private static Dictionary<string, Vector> Load()
        => File.ReadLines(Path.Combine(AppContext.BaseDirectory, "vectors-data", "vectors.jsonl"))
            .Select(l => JsonDocument.Parse(l).RootElement)
            .Select(e => new Vector(Text(e, "id")!, Text(e, "hex"), e.TryGetProperty("length", out var length) ? length.GetInt32() : 0, Text(e, "sha256")))
            .ToDictionary(v => v.Id);

    private static string? Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.GetString() : null;
}
