using System.Buffers;
using System.Globalization;
using System.Text;

namespace HighPerf.Messages;

/// <summary>Attribute values as text: instants, and the percent-encoding of protocols whose headers are ASCII.</summary>
internal static class CloudEventText
{
    /// <summary>RFC 3339 in UTC.</summary>
    public static string Instant(long utcTicks) => new DateTime(utcTicks, DateTimeKind.Utc).ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture);

    /// <exception cref="MessageFormatException">Not RFC 3339.</exception>
    public static long Instant(string attribute, string value)
        => value.Length > 10 && value[10] is 'T' or 't' && (value[^1] is 'Z' or 'z' || value[^6] is '+' or '-')
            && DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.None, out var instant)
            ? instant.UtcTicks
            : throw new MessageFormatException($"The CloudEvents attribute '{attribute}' is '{value}', which is no RFC 3339 timestamp.");

    /// <summary>The HTTP binding's encoding (NATS uses it too): everything but printable ASCII, and space, double quote and percent, as the bytes of UTF-8 in hexadecimal.</summary>
    public static string Encode(string value)
    {
        if (value.All(static c => c is > ' ' and <= '~' and not ('"' or '%')))
        {
            return value;
        }

        var text = new StringBuilder();
        foreach (var b in Encoding.UTF8.GetBytes(value))
        {
            _ = b is > (byte)' ' and <= (byte)'~' and not ((byte)'"' or (byte)'%') ? text.Append((char)b) : text.Append('%').Append(b.ToString("X2", CultureInfo.InvariantCulture));
        }

        return text.ToString();
    }

    /// <summary>Undoes <see cref="Encode"/>, and a quoted string's quotes.</summary>
    /// <exception cref="MessageFormatException">What is encoded is not UTF-8.</exception>
    public static string Decode(string value)
    {
        if (value.Length >= 2 && value[0] == '"' && value[^1] == '"')
        {
            value = value[1..^1].Replace("\\\"", "\"", StringComparison.Ordinal).Replace("\\\\", "\\", StringComparison.Ordinal);
        }

        if (!value.Contains('%', StringComparison.Ordinal))
        {
            return value;
        }

        var bytes = new ArrayBufferWriter<byte>();
        for (var i = 0; i < value.Length; i++)
        {
            if (value[i] == '%' && i + 2 < value.Length && byte.TryParse(value.AsSpan(i + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var b))
            {
                bytes.Write([b]);
                i += 2;
            }
            else
            {
                Encoding.UTF8.GetBytes(value.AsSpan(i, 1), bytes);
            }
        }

        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes.WrittenSpan);
        }
        catch (ArgumentException)
        {
            throw new MessageFormatException($"The CloudEvents header '{value}' is not UTF-8 in percent-encoding.");
        }
    }
}
