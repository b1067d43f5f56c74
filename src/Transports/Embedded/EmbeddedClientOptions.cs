namespace HighPerf.Transports;

/// <summary>How the embedded broker of another process is used.</summary>
public sealed class EmbeddedClientOptions
{
    /// <summary>How long what is published, asked or stored waits for a broker that has gone to come back; 10 s by default. Then it is rejected, or fails.</summary>
    public TimeSpan BrokerTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How often a broker that says nothing is asked whether it is there; 5 s by default.</summary>
    public TimeSpan PingInterval { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a broker may say nothing before its connection is given up; 15 s by default. More than <see cref="PingInterval"/>.</summary>
    public TimeSpan SilenceTimeout { get; set; } = TimeSpan.FromSeconds(15);

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(BrokerTimeout, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(PingInterval, TimeSpan.FromMilliseconds(10));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(SilenceTimeout, PingInterval);
    }
}
