namespace HighPerf.Connections;

/// <summary>The peer answered and does not want this connection: wrong credentials, wrong version, wrong kind of server. Trying again at once is pointless.</summary>
public sealed class ConnectionRefusedException : HighPerfException
{
    /// <summary>Creates the exception.</summary>
    public ConnectionRefusedException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
