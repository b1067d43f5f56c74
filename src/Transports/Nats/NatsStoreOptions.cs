using HighPerf.Connections;

namespace HighPerf.Transports;

/// <summary>How NATS is used as a store of state.</summary>
public sealed class NatsStoreOptions
{
    /// <summary>First part of the stream's and its subjects' names; <c>hp</c> by default.</summary>
    public string Prefix { get; set; } = "hp";

    /// <summary>How many servers of a cluster have a value before it is stored; 1 by default.</summary>
    public int Replicas { get; set; } = 1;

    /// <summary>When the server removes a value whatever its lifetime: servers before 2.11 know no lifetime of a single one. 30 days by default.</summary>
    public TimeSpan MaxLifetime { get; set; } = TimeSpan.FromDays(30);

    /// <summary>How long an operation waits for a lost connection and tries again; 10 s by default. After that it fails.</summary>
    public TimeSpan OperationTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// The file of a user's credentials: a JWT and the seed of its key (<c>nsc generate creds</c>), or the seed alone (<c>nk -gen user</c>); null, the default, for the login of the address. It is
    /// read for each connection, so it may be replaced while the process runs; nothing of what is in it is printed.
    /// </summary>
    public string? CredentialsFile { get; set; }

    /// <summary>How the connection is made and kept. Hosts, and whether TLS is used, come from the address.</summary>
    public ConnectionOptions Connection { get; } = new();

    /// <summary>TLS of a <c>tls://</c> address.</summary>
    public TlsOptions Tls { get; } = new();

    internal void Validate()
    {
        NatsTransportOptions.CheckPrefix(Prefix);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Replicas);
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxLifetime, TimeSpan.FromSeconds(1));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(OperationTimeout, TimeSpan.Zero);
    }
}
