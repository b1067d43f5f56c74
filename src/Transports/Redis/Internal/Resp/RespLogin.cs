namespace HighPerf.Transports.Redis.Resp;

/// <summary>Who logs in, and to what.</summary>
internal sealed record RespLogin(string? User, string? Password, int Database, string ClientName)
{
    /// <summary>False also takes a replica or a sentinel.</summary>
    public bool RequireMaster { get; init; } = true;

    /// <summary>Never with the password.</summary>
    public override string ToString() => ClientName;
}
