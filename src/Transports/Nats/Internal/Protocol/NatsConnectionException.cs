namespace HighPerf.Transports.Nats.Protocol;

/// <summary>There is no connection, it was lost before the answer came, or the answer did not come in time.</summary>
internal sealed class NatsConnectionException(string message, Exception? innerException = null) : HighPerfException(message, innerException);
