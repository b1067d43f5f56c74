using System.Buffers;
using System.Globalization;
using System.Text;
using HighPerf.Transports.ActiveMq.Stomp;

namespace HighPerf.Transports.ActiveMq;

/// <summary>A message that was asked for, copied: for everything that is not per message.</summary>
internal sealed class BrokerMessage
{
    private readonly Dictionary<string, string> _headers = new(StringComparer.Ordinal);

    public BrokerMessage(StompReader frame)
    {
        for (var i = 0; i < frame.HeaderCount; i++)
        {
            var (name, value) = frame.HeaderAt(i);
            _headers.TryAdd(name, value);
        }

        Body = frame.Body.ToArray();
    }

    public byte[] Body { get; }

    public string? Text(ReadOnlySpan<byte> name) => _headers.GetValueOrDefault(Encoding.UTF8.GetString(name));

    public long Number(ReadOnlySpan<byte> name, long otherwise = 0) => long.TryParse(Text(name), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : otherwise;
}
