namespace HighPerf.Transports.Kafka;

/// <summary>Nobody answered who knows the topic.</summary>
internal sealed class TopicUnreachableException(string message) : HighPerfException(message);
