using System.Globalization;

namespace HighPerf.Transports;

/// <summary>
/// The queue by which results come back to a process that waits for them: one a process and broker, opened when it first asks for a result. To a transport it is a queue like any other,
/// with the same promises; but its name tells that nobody comes back to it once its process has ended, so that a transport may remove it when nobody consumed it for
/// <see cref="UnusedLifetime"/>.
/// </summary>
public static class ReplyQueue
{
    private const string Prefix = "replies-";
    private const int Digits = 16;

    /// <summary>How long such a queue outlives its consumer at least: 10 minutes, for one that lost its connection and comes back.</summary>
    public static TimeSpan UnusedLifetime { get; } = TimeSpan.FromMinutes(10);

    /// <summary>True for the name of such a queue: <c>replies-</c> and 16 hexadecimal digits.</summary>
    public static bool Is(string queue)
    {
        ArgumentNullException.ThrowIfNull(queue);
        return queue.Length == Prefix.Length + Digits
            && queue.StartsWith(Prefix, StringComparison.Ordinal)
            && ulong.TryParse(queue.AsSpan(Prefix.Length), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out _);
    }

    /// <summary>The queue of a process.</summary>
    internal static string NameOf(long instance) => Prefix + instance.ToString("x16", CultureInfo.InvariantCulture);
}
