using HighPerf.Connections;

namespace HighPerf.Transports.ActiveMq;

/// <summary><c>stomp[+ssl]://[user:password@]host[:port][,host[:port]]</c>; never printed with its login.</summary>
internal sealed record ActiveMqAddress(IReadOnlyList<HostAddress> Hosts, bool IsTls, string? User, string? Password)
{
    private const string Plain = "stomp://";
    private const string Secure = "stomp+ssl://";
    private const int DefaultPort = 61613;
    private const int DefaultTlsPort = 61614;

    /// <exception cref="ArgumentException">The text is not such an address. The message does not repeat it: it may hold a password.</exception>
    public static ActiveMqAddress Parse(string text)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(text);
        var isTls = text.StartsWith(Secure, StringComparison.OrdinalIgnoreCase);
        if (!isTls && !text.StartsWith(Plain, StringComparison.OrdinalIgnoreCase))
        {
            throw Wrong("it begins with stomp:// or stomp+ssl://");
        }

        var rest = text[(isTls ? Secure : Plain).Length..].TrimEnd('/');
        var at = rest.LastIndexOf('@');
        string? user = null, password = null;
        if (at >= 0)
        {
            var colon = rest.IndexOf(':', StringComparison.Ordinal);
            if (colon < 0 || colon > at)
            {
                throw Wrong("a login is user:password");
            }

            (user, password) = (Login(rest[..colon]), Login(rest[(colon + 1)..at]));
            rest = rest[(at + 1)..];
        }

        var hosts = new List<HostAddress>();
        foreach (var host in rest.Split(','))
        {
            hosts.Add(HostAddress.TryParse(host, isTls ? DefaultTlsPort : DefaultPort, out var address) ? address : throw Wrong("hosts are host, host:port or [address]:port, separated by commas; everything else is in ActiveMqTransportOptions"));
        }

        return new ActiveMqAddress(hosts, isTls, user, password);
    }

    /// <summary>The address without its login.</summary>
    public override string ToString() => $"{(IsTls ? Secure : Plain)}{string.Join(',', Hosts)}";

    /// <summary>The greeting of STOMP has no escapes: what would end a header there cannot be in a login.</summary>
    private static string Login(string text)
    {
        var plain = Uri.UnescapeDataString(text);
        return plain.AsSpan().IndexOfAny("\r\n\0") < 0 ? plain : throw Wrong("a login has no line ends and no NUL");
    }

    private static ArgumentException Wrong(string what) => new($"An ActiveMQ address is stomp[+ssl]://[user:password@]host[:port][,host[:port]]: {what}.");
}
