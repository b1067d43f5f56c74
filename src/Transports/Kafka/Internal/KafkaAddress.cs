using HighPerf.Connections;

namespace HighPerf.Transports.Kafka;

/// <summary><c>kafka[+ssl]://[user:password@]host[:port][,host[:port]][?name=value[&amp;name=value]]</c>; never printed with its login or its settings.</summary>
internal sealed record KafkaAddress(IReadOnlyList<HostAddress> Hosts, bool IsTls, string? User, string? Password)
{
    /// <summary>The one setting of an address that is ours and not the library's.</summary>
    public const string ManageTopics = "manage.topics";

    private const string Plain = "kafka://";
    private const string Secure = "kafka+ssl://";
    private const int DefaultPort = 9092;

    /// <summary>Further settings.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; private init; } = new Dictionary<string, string>();

    /// <summary>As <c>bootstrap.servers</c> has them.</summary>
    public string Servers => string.Join(',', Hosts);

    /// <exception cref="ArgumentException">The text is not such an address. The message does not repeat it: it may hold a password.</exception>
    public static KafkaAddress Parse(string text)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(text);
        var isTls = text.StartsWith(Secure, StringComparison.OrdinalIgnoreCase);
        if (!isTls && !text.StartsWith(Plain, StringComparison.OrdinalIgnoreCase))
        {
            throw Wrong("it begins with kafka:// or kafka+ssl://");
        }

        var rest = text[(isTls ? Secure : Plain).Length..];
        var settings = new Dictionary<string, string>(StringComparer.Ordinal);
        if (rest.IndexOf('?', StringComparison.Ordinal) is >= 0 and var question)
        {
            foreach (var pair in rest[(question + 1)..].Split('&'))
            {
                var parts = pair.Split('=', 2);
                settings[Uri.UnescapeDataString(parts[0])] = parts.Length == 2 && parts[0].Length > 0 ? Uri.UnescapeDataString(parts[1]) : throw Wrong("settings are name=value");
            }

            rest = rest[..question];
        }

        rest = rest.TrimEnd('/');
        var (user, password) = ((string?)null, (string?)null);
        if (rest.LastIndexOf('@') is >= 0 and var at)
        {
            var login = rest[..at].Split(':', 2);
            (user, password) = login.Length == 2 ? (Uri.UnescapeDataString(login[0]), Uri.UnescapeDataString(login[1])) : throw Wrong("a login is user:password");
            rest = rest[(at + 1)..];
        }

        HostAddress[] hosts = [.. rest.Split(',').Select(static host => HostAddress.TryParse(host, DefaultPort, out var address)
            ? address
            : throw Wrong("hosts are host, host:port or [address]:port, separated by commas; everything else is in KafkaTransportOptions"))];
        return new KafkaAddress(hosts, isTls, user, password) { Settings = settings };
    }

    /// <summary>The address without its login.</summary>
    public override string ToString() => $"{(IsTls ? Secure : Plain)}{Servers}";

    private static ArgumentException Wrong(string what) => new($"A Kafka address is kafka[+ssl]://[user:password@]host[:port][,host[:port]][?name=value]: {what}.");
}
