namespace HighPerf.Transports.ActiveMq.Stomp;

/// <summary>Who logs in, and how often both sides show that they are alive.</summary>
internal sealed record StompLogin(string? User, string? Password, TimeSpan HeartBeat)
{
    /// <summary>Never with the password.</summary>
    public override string ToString() => User ?? "(no login)";
}
