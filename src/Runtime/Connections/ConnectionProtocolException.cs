namespace HighPerf.Connections;

/// <summary>Received bytes are not what the protocol allows. The connection is closed: after such bytes nobody knows where the next frame begins.</summary>
public sealed class ConnectionProtocolException : HighPerfException
{
    /// <summary>Creates the exception.</summary>
    public ConnectionProtocolException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}
