using System.Text.Json.Serialization;

namespace HighPerf.Transports.Nats.Protocol;

/// <summary>CONNECT: what a client says of itself.</summary>
internal sealed record ConnectCommand
{
    public bool Verbose { get; init; }

    public bool Pedantic { get; init; }

    public bool TlsRequired { get; init; }

    [JsonPropertyName("auth_token")]
    public string? Token { get; init; }

    public string? User { get; init; }

    [JsonPropertyName("pass")]
    public string? Password { get; init; }

    public string? Jwt { get; init; }

    [JsonPropertyName("nkey")]
    public string? NKey { get; init; }

    /// <summary>The server's nonce, signed: base64 of RFC 4648, section 5, without padding.</summary>
    [JsonPropertyName("sig")]
    public string? Signature { get; init; }

    public required string Name { get; init; }

    public string Lang { get; init; } = "c#";

    public string Version { get; init; } = "0.1.0";

    public int Protocol { get; init; } = 1;

    public bool Headers { get; init; } = true;

    public bool NoResponders { get; init; } = true;
}
