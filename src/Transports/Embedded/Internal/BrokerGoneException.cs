namespace HighPerf.Transports.Embedded;

/// <summary>There is no connection to the broker, or it ended before the answer: nobody knows what became of the request.</summary>
internal sealed class BrokerGoneException(string message) : HighPerfException(message);
