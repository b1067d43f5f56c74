namespace HighPerf.Transports.ActiveMq.Stomp;

/// <summary>There is no connection, or it was lost before the answer came.</summary>
internal sealed class StompConnectionException(Exception reason) : HighPerfException($"The connection to ActiveMQ was lost: {reason.Message}", reason);
