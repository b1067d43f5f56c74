namespace HighPerf.Transports.Nats.JetStream;

/// <summary>JetStream refused what this transport asked for.</summary>
internal sealed class JetStreamException(string message) : HighPerfException(message);
