namespace HighPerf.Transports.ActiveMq.Stomp;

/// <summary>The broker answered an ERROR frame.</summary>
internal sealed class StompErrorException(string message) : HighPerfException(message);
