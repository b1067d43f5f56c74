using HighPerf.Connections;

namespace HighPerf.Transports.Nats;

/// <summary><c>nats://[user:password@|token@]host[:port][,host[:port]]</c>, or tls://; never printed with its login.</summary>
internal sealed record NatsAddress(IReadOnlyList<HostAddress> Hosts, bool IsTls, string? User, string? Password, string? Token)
{
    private const int DefaultPort = 4222;

    /// <exception cref="ArgumentException">The text is not such an address. The message does not repeat it: it may hold a password.</exception>
    public static NatsAddress Parse(string text)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(text);
        var isTls = text.StartsWith("tls://", StringComparison.OrdinalIgnoreCase);
        if (!isTls && !text.StartsWith("nats://", StringComparison.OrdinalIgnoreCase))
        {
            throw Wrong("it begins with nats:// or tls://");
        }

        var rest = text[(text.IndexOf("://", StringComparison.Ordinal) + 3)..].TrimEnd('/');
        string? user = null, password = null, token = null;
        var at = rest.LastIndexOf('@');
        if (at >= 0)
        {
            var login = rest[..at];
            rest = rest[(at + 1)..];
            var colon = login.IndexOf(':', StringComparison.Ordinal);
            (user, password, token) = colon < 0
                ? (null, null, Uri.UnescapeDataString(login))
                : (Uri.UnescapeDataString(login[..colon]), Uri.UnescapeDataString(login[(colon + 1)..]), (string?)null);
            if (token is "" || user is "")
            {
                throw Wrong("a login is user:password or a token");
            }
        }

        var hosts = new List<HostAddress>();
        foreach (var host in rest.Split(','))
        {
            hosts.Add(HostAddress.TryParse(host, DefaultPort, out var address) ? address : throw Wrong("hosts are host, host:port or [address]:port, separated by commas"));
        }

        return new NatsAddress(hosts, isTls, user, password, token);
    }

    /// <summary>The address without its login.</summary>
    public override string ToString() => $"{(IsTls ? "tls" : "nats")}://{string.Join(',', Hosts)}";

    private static ArgumentException Wrong(string what) => new($"A NATS address is nats://[user:password@|token@]host[:port][,host[:port]] or tls://…: {what}.");
}
