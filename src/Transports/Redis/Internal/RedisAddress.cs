using System.Globalization;
using HighPerf.Connections;

namespace HighPerf.Transports.Redis;

/// <summary><c>redis[s]://[user:password@]host[:port][,host[:port]][/database][?master=name]</c>; never printed with its password.</summary>
internal sealed record RedisAddress(IReadOnlyList<HostAddress> Hosts, bool IsTls, string? User, string? Password, int Database, string? Master)
{
    private const int DefaultPort = 6379;
    private const int DefaultSentinelPort = 26379;

    /// <exception cref="ArgumentException">The text is not such an address. The message does not repeat it: it may hold a password.</exception>
    public static RedisAddress Parse(string text)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(text);
        var isTls = text.StartsWith("rediss://", StringComparison.OrdinalIgnoreCase);
        if (!isTls && !text.StartsWith("redis://", StringComparison.OrdinalIgnoreCase))
        {
            throw Wrong("it begins with redis:// or rediss://");
        }

        var rest = text[(text.IndexOf("://", StringComparison.Ordinal) + 3)..];
        var query = Split(ref rest, '?');
        var path = Split(ref rest, '/');
        var at = rest.LastIndexOf('@');
        string? user = null, password = null;
        if (at >= 0)
        {
            var login = rest[..at];
            rest = rest[(at + 1)..];
            password = Split(ref login, ':') is { } secret ? Uri.UnescapeDataString(secret) : throw Wrong("a login is user:password or :password");
            user = login.Length == 0 ? null : Uri.UnescapeDataString(login);
        }

        string? master = null;
        foreach (var option in (query ?? "").Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            master = option.StartsWith("master=", StringComparison.OrdinalIgnoreCase) ? Uri.UnescapeDataString(option[7..]) : throw Wrong("the only option is master=NAME; everything else is in RedisTransportOptions");
        }

        var hosts = new List<HostAddress>();
        foreach (var host in rest.Split(','))
        {
            hosts.Add(HostAddress.TryParse(host, master is null ? DefaultPort : DefaultSentinelPort, out var address) ? address : throw Wrong("hosts are host, host:port or [address]:port, separated by commas"));
        }

        var database = 0;
        if (!string.IsNullOrEmpty(path) && !int.TryParse(path, NumberStyles.None, CultureInfo.InvariantCulture, out database))
        {
            throw Wrong("the path is the number of a database");
        }

        return new RedisAddress(hosts, isTls, user, password, database, master);
    }

    /// <summary>The address without its login.</summary>
    public override string ToString()
        => $"{(IsTls ? "rediss" : "redis")}://{string.Join(',', Hosts)}{(Database == 0 ? "" : "/" + Database.ToString(CultureInfo.InvariantCulture))}{(Master is null ? "" : "?master=" + Master)}";

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

    private static ArgumentException Wrong(string what) => new($"A Redis address is redis[s]://[user:password@]host[:port][,host[:port]][/database][?master=NAME]: {what}.");
}
