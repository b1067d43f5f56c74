using HighPerf.TestKit.Conformance;

namespace HighPerf.Transports.Tests.Kafka;

public sealed class KafkaConformanceCorruption : CorruptionConformance<KafkaFixture>;
