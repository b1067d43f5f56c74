using System.Globalization;
using System.Text;

namespace HighPerf.Transports.ActiveMq;

/// <summary>What the broker's statistics plugin says of a queue: a map, as XStream writes it.</summary>
/// <param name="Queue">The queue's name at the broker.</param>
/// <param name="Size">Messages that are there, those that are out included.</param>
/// <param name="InFlight">Messages that are with subscriptions.</param>
internal readonly record struct QueueReport(string Queue, long Size, long InFlight)
{
    /// <summary>Null for something that is no such report.</summary>
    public static QueueReport? TryRead(BrokerMessage message)
    {
        var text = Encoding.UTF8.GetString(message.Body);
        var queue = Value(text, "destinationName", "string");
        var size = Value(text, "size", "long");
        var inFlight = Value(text, "inflightCount", "long");
        return queue is not null && long.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out var all) && long.TryParse(inFlight, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var there)
            ? new QueueReport(queue["queue://".Length..], all, Math.Max(there, 0))
            : null;
    }

    private static string? Value(string text, string name, string type)
    {
        var key = $"<string>{name}</string>";
        var at = text.IndexOf(key, StringComparison.Ordinal);
        var start = at < 0 ? -1 : text.IndexOf($"<{type}>", at + key.Length, StringComparison.Ordinal);
        var end = start < 0 ? -1 : text.IndexOf($"</{type}>", start, StringComparison.Ordinal);
        return end < 0 ? null : text[(start + type.Length + 2)..end];
    }
}
