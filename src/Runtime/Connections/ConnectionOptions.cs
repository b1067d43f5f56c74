namespace HighPerf.Connections;

/// <summary>How a connection is made and kept.</summary>
public sealed class ConnectionOptions
{
    /// <summary>Where to connect; tried in turn. At least one.</summary>
    public IReadOnlyList<HostAddress> Hosts { get; set; } = [];

    /// <summary>TLS; null for plain TCP.</summary>
    public TlsOptions? Tls { get; set; }

    /// <summary>
    /// Time for name, TCP, TLS and the protocol's handshake together; 5 s by default. The handshake is included because a stopped server still accepts TCP.
    /// </summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long sent bytes may stay unacknowledged by the peer's kernel before the connection is given up (TCP_USER_TIMEOUT, on Linux); 15 s by default. Without it a
    /// peer that vanished is noticed after about 15 minutes.
    /// </summary>
    public TimeSpan TcpUserTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>After how long without a byte from the peer the protocol is asked to ping; 10 s by default.</summary>
    public TimeSpan PingInterval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How long the peer may be silent while the protocol expects an answer before the connection is given up; 15 s by default.</summary>
    public TimeSpan SilenceTimeout { get; set; } = TimeSpan.FromSeconds(15);

    /// <summary>Shortest wait before the next attempt to connect; 0.1 s by default.</summary>
    public TimeSpan MinBackOff { get; set; } = TimeSpan.FromMilliseconds(100);

    /// <summary>Longest wait before the next attempt to connect; 5 s by default. Between the two it doubles, and each wait is a random part of that (contract D18).</summary>
    public TimeSpan MaxBackOff { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Bytes that may be staged and not yet sent before writers have to wait; 4 MiB by default. A single frame may exceed it.</summary>
    public int MaxStagedBytes { get; set; } = 4 * 1024 * 1024;

    /// <summary>Bytes that may be received without making a frame; 512 MiB by default. More closes the connection.</summary>
    public long MaxFrameBytes { get; set; } = 512L * 1024 * 1024;

    /// <summary>Says what is wrong with the options.</summary>
    /// <exception cref="ArgumentException">An option is out of range; the message names it.</exception>
    public void Validate()
    {
        if (Hosts.Count == 0)
        {
            throw new ArgumentException("A connection needs at least one host.", nameof(Hosts));
        }

        Positive(ConnectTimeout, nameof(ConnectTimeout));
        Positive(TcpUserTimeout, nameof(TcpUserTimeout));
        Positive(PingInterval, nameof(PingInterval));
        Positive(SilenceTimeout, nameof(SilenceTimeout));
        Positive(MinBackOff, nameof(MinBackOff));
        ArgumentOutOfRangeException.ThrowIfLessThan(MaxBackOff, MinBackOff, nameof(MaxBackOff));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxStagedBytes, nameof(MaxStagedBytes));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(MaxFrameBytes, nameof(MaxFrameBytes));

        static void Positive(TimeSpan value, string name) => ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero, name);
    }
}
