using System.Security.Cryptography.X509Certificates;

namespace HighPerf.Connections;

/// <summary>TLS of a connection: version 1.2 or later, and by default the peer's chain, its name and its revocation where the system checks it are verified.</summary>
public sealed class TlsOptions
{
    /// <summary>The name that the peer's certificate must have; the host that is connected to when null.</summary>
    public string? TargetHost { get; set; }

    /// <summary>What this side shows of itself (mTLS); null for nothing.</summary>
    public X509CertificateCollection? ClientCertificates { get; set; }

    /// <summary>Roots to trust instead of the system's; null for the system's.</summary>
    public X509Certificate2Collection? TrustedRoots { get; set; }

    /// <summary>
    /// True takes any certificate: whoever is on the way can read and change everything, passwords included. For trials only; a warning is logged at each start.
    /// </summary>
    public bool AllowUntrustedPeer { get; set; }
}
