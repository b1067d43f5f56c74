namespace HighPerf.Transports.Nats.Protocol;

/// <summary>Who connects. Never printed.</summary>
internal sealed record NatsLogin(string? User, string? Password, string? Token, string ClientName)
{
    public override string ToString() => ClientName;
}
