namespace HighPerf.Transports.Nats.Protocol;

/// <summary>INFO: what a server says of itself. Names are the protocol's, in snake case.</summary>
internal sealed record ServerInfo
{
    public string? ServerName { get; init; }

    public string? Version { get; init; }

    public bool Headers { get; init; }

    public long MaxPayload { get; init; }

    public bool Jetstream { get; init; }

    public bool AuthRequired { get; init; }

    public bool TlsRequired { get; init; }

    public bool TlsAvailable { get; init; }

    public string? Nonce { get; init; }

    /// <summary>The other servers of the cluster, as host:port.</summary>
    public string[]? ConnectUrls { get; init; }

    /// <summary>Lame duck: the server is going to end.</summary>
    public bool Ldm { get; init; }
}
