using System.Globalization;
using System.Text;
using RabbitMQ.Client;

namespace HighPerf.Transports.RabbitMq;

/// <summary>What travels beside a message's bytes. A message that needs nothing of it has no headers.</summary>
internal readonly record struct MessageHeaders
{
    /// <summary>Deliveries before this copy was published.</summary>
    public int Before { get; init; }

    /// <summary>UTC ticks; 0 for never.</summary>
    public long Expires { get; init; }

    public string? Key { get; init; }

    /// <summary>Number of the place it came from, for a dead letter; null for others.</summary>
    public int? Place { get; init; }

    public DeadLetterReason Reason { get; init; }

    public string? Description { get; init; }

    /// <summary>UTC ticks.</summary>
    public long At { get; init; }

    public Dictionary<string, object?>? ToTable()
    {
        if (this == default)
        {
            return null;
        }

        var table = new Dictionary<string, object?>(StringComparer.Ordinal);
        if (Before != 0)
        {
            table["hp-count"] = Before;
        }

        if (Expires != 0)
        {
            table["hp-expires"] = Expires;
        }

        if (Key is not null)
        {
            table["hp-key"] = Key;
        }

        if (Place is { } place)
        {
            table["hp-place"] = place;
            table["hp-reason"] = (int)Reason;
            table["hp-description"] = Description;
            table["hp-at"] = At;
        }

        return table;
    }

    public static MessageHeaders Read(IDictionary<string, object?>? table)
        => table is null
            ? default
            : new MessageHeaders
            {
                Before = (int)Number(table, "hp-count"),
                Expires = Number(table, "hp-expires"),
                Key = Text(table, "hp-key"),
                Place = table.ContainsKey("hp-place") ? (int)Number(table, "hp-place") : null,
                Reason = (DeadLetterReason)Number(table, "hp-reason"),
                Description = Text(table, "hp-description"),
                At = Number(table, "hp-at"),
            };

    /// <summary>The broker's count of what came back: absent before the first time, and where the queue is no quorum queue.</summary>
    public static int Redeliveries(IDictionary<string, object?>? table) => table is null ? 0 : (int)Number(table, "x-delivery-count");

    /// <summary>A dead letter that the broker made: by its limit of deliveries, or by a policy's time to live.</summary>
    public static DeadLetter ByBroker(ReadOnlyMemory<byte> bytes, IReadOnlyBasicProperties properties)
    {
        var death = (properties.Headers?.TryGetValue("x-death", out var deaths) == true ? deaths as IList<object> : null)?.FirstOrDefault() as IDictionary<string, object?>;
        var reason = death is null ? "unknown" : Text(death, "reason") ?? "unknown";
        return new DeadLetter
        {
            Bytes = bytes,
            Reason = reason == "expired" ? DeadLetterReason.Expired : DeadLetterReason.StartsExhausted,
            Description = $"RabbitMQ moved it: {reason}.",
            DeliveryCount = Read(properties.Headers).Before + Redeliveries(properties.Headers),
            At = death?.TryGetValue("time", out var time) == true && time is AmqpTimestamp at ? DateTimeOffset.FromUnixTimeSeconds(at.UnixTime) : DateTimeOffset.UnixEpoch,
        };
    }

    private static long Number(IDictionary<string, object?> table, string name)
        => table.TryGetValue(name, out var value) && value is IConvertible number and not string ? number.ToInt64(CultureInfo.InvariantCulture) : 0;

    private static string? Text(IDictionary<string, object?> table, string name)
        => table.TryGetValue(name, out var value) ? value switch { byte[] bytes => Encoding.UTF8.GetString(bytes), string text => text, _ => null } : null;
}
