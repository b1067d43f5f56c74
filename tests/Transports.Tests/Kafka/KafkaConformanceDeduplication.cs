using HighPerf.TestKit.Conformance;

namespace HighPerf.Transports.Tests.Kafka;

public sealed class KafkaConformanceDeduplication : DeduplicationConformance<KafkaFixture>;
