using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace HighPerf.Connections;

/// <summary>A host and a port.</summary>
/// <param name="Host">Name or address; IPv6 without brackets.</param>
/// <param name="Port">1 to 65,535.</param>
public readonly record struct HostAddress(string Host, int Port)
{
    /// <summary>Reads <c>host</c>, <c>host:port</c>, <c>[::1]:port</c>.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, int defaultPort, out HostAddress address)
    {
        address = default;
        if (string.IsNullOrWhiteSpace(text))
        {
            return false;
        }

        var host = text.Trim();
        var port = defaultPort;
        var colon = host.LastIndexOf(':');
        var bracket = host.LastIndexOf(']');
        if (colon > bracket && (bracket >= 0 || host.IndexOf(':', StringComparison.Ordinal) == colon))
        {
            if (!int.TryParse(host.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port))
            {
                return false;
            }

            host = host[..colon];
        }

        host = host.Trim('[', ']');
        if (host.Length == 0 || port is < 1 or > 65_535 || host.AsSpan().IndexOfAny(" \r\n\t/@") >= 0)
        {
            return false;
        }

        address = new HostAddress(host, port);
        return true;
    }

    /// <summary><c>host:port</c>.</summary>
    public override string ToString()
        => Host.Contains(':', StringComparison.Ordinal) ? string.Create(CultureInfo.InvariantCulture, $"[{Host}]:{Port}") : string.Create(CultureInfo.InvariantCulture, $"{Host}:{Port}");
}
