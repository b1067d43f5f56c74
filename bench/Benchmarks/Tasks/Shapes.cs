namespace HighPerf.Benchmarks.Tasks;

/// <summary>The values that are written and read.</summary>
public static class Shapes
{
    private static readonly DateTimeOffset s_at = new(2026, 3, 4, 5, 6, 7, TimeSpan.FromHours(2));

    /// <summary>77 bytes.</summary>
    public static SmallCommand Small { get; } = new(new Guid(7919, 1, 0, 1, 2, 3, 4, 5, 6, 1, 9), 42, 1234.56m, s_at, "sixteen-char-nm!");

    /// <summary>234 bytes.</summary>
    public static MediumEvent Medium { get; } = new(
        new Guid(15838, 2, 0, 1, 2, 3, 4, 5, 6, 2, 9),
        987654321012L,
        5,
        true,
        0.875,
        99.95m,
        s_at,
        new DateTime(2026, 3, 5, 0, 0, 0, DateTimeKind.Utc),
        "render-thumbnail",
        "tenant-a/default/high-pr",
        new OwnerInfo(77, "Ada Lovelace", "ada@example.org"),
        [1, 20, 300, 4000, 50000, 600000, 7, 8, 9, 10]);

    /// <summary>8,248 bytes.</summary>
    public static LargeBatch Large { get; } = new([.. Enumerable.Range(0, 100).Select(static i =>
        new Record(i, $"code-{i:0000000}", i * 1.5, s_at.AddSeconds(i), new Guid(i * 7919, (short)i, (short)(i >> 3), 1, 2, 3, 4, 5, 6, (byte)i, 9), i % 4 == 0 ? null : $"note number {i}"))]);
}
