using HighPerf.Connections;

namespace HighPerf.Transports.RabbitMq;

/// <summary><c>amqp[s]://[user:password@]host[:port][,host[:port]][/vhost]</c>; never printed with its login.</summary>
internal sealed record RabbitMqAddress(IReadOnlyList<HostAddress> Hosts, bool IsTls, string User, string Password, string VirtualHost)
{
    private const int DefaultPort = 5672;
    private const int DefaultTlsPort = 5671;

    /// <exception cref="ArgumentException">The text is not such an address. The message does not repeat it: it may hold a password.</exception>
    public static RabbitMqAddress Parse(string text)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(text);
        var isTls = text.StartsWith("amqps://", StringComparison.OrdinalIgnoreCase);
        if (!isTls && !text.StartsWith("amqp://", StringComparison.OrdinalIgnoreCase))
        {
            throw Wrong("it begins with amqp:// or amqps://");
        }

        var rest = text[(text.IndexOf("://", StringComparison.Ordinal) + 3)..];
        var at = rest.LastIndexOf('@');
        var (user, password) = ("guest", "guest");
        if (at >= 0)
        {
            var login = rest[..at];
            rest = rest[(at + 1)..];
            password = Split(ref login, ':') is { } secret ? Uri.UnescapeDataString(secret) : throw Wrong("a login is user:password");
            user = Uri.UnescapeDataString(login);
        }

        var path = Split(ref rest, '/');
        if (rest.Contains('?', StringComparison.Ordinal) || path?.AsSpan().IndexOfAny("/?") >= 0)
        {
            throw Wrong("there are no options in it, they are in RabbitMqTransportOptions, and a / in a virtual host is %2F");
        }

        var hosts = new List<HostAddress>();
        foreach (var host in rest.Split(','))
        {
            hosts.Add(HostAddress.TryParse(host, isTls ? DefaultTlsPort : DefaultPort, out var address) ? address : throw Wrong("hosts are host, host:port or [address]:port, separated by commas"));
        }

        return new RabbitMqAddress(hosts, isTls, user, password, string.IsNullOrEmpty(path) ? "/" : Uri.UnescapeDataString(path));
    }

    /// <summary>The address without its login.</summary>
    public override string ToString() => $"{(IsTls ? "amqps" : "amqp")}://{string.Join(',', Hosts)}/{(VirtualHost == "/" ? "" : Uri.EscapeDataString(VirtualHost))}";

    private static string? Split(ref string text, char separator)
    {
        var at = text.IndexOf(separator, StringComparison.Ordinal);
        if (at < 0)
        {
            return null;
        }

        var behind = text[(at + 1)..];
        text = text[..at];
        return behind;
    }

    private static ArgumentException Wrong(string what) => new($"A RabbitMQ address is amqp[s]://[user:password@]host[:port][,host[:port]][/vhost]: {what}.");
}
