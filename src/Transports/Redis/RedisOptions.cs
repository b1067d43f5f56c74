using HighPerf.Connections;

namespace HighPerf.Transports;

/// <summary>How Redis is reached, whatever it is used for.</summary>
public abstract class RedisOptions
{
    /// <summary>First part of every key; <c>hp</c> by default. Applications with different prefixes do not see each other; give each tenant one and an ACL rule for it.</summary>
    public string KeyPrefix { get; set; } = "hp";

    /// <summary>How long the start waits for a server; 30 s by default.</summary>
    public TimeSpan StartTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Password of the sentinels, where the address names a master; none by default.</summary>
    public string? SentinelPassword { get; set; }

    /// <summary>Hosts that a sentinel or a cluster may refer to; null, the default, for any.</summary>
    public IReadOnlyCollection<HostAddress>? AllowedHosts { get; set; }

    /// <summary>How the connections are made and kept. Hosts, and whether TLS is used, come from the address.</summary>
    public ConnectionOptions Connection { get; } = new();

    /// <summary>TLS of a <c>rediss://</c> address.</summary>
    public TlsOptions Tls { get; } = new();

    internal void ValidateConnection()
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(KeyPrefix);
        if (KeyPrefix.AsSpan().IndexOfAny("{} \r\n") >= 0)
        {
            throw new ArgumentException("A key prefix has no braces and no spaces.", nameof(KeyPrefix));
        }

        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(StartTimeout, TimeSpan.Zero);
    }
}
