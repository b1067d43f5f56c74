using HighPerf.TestKit.Conformance;

namespace HighPerf.Transports.Tests.Kafka;

public sealed class KafkaConformanceBatch : BatchConformance<KafkaFixture>;
