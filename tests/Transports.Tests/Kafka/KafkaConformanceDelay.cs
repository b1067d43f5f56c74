using HighPerf.TestKit.Conformance;

namespace HighPerf.Transports.Tests.Kafka;

public sealed class KafkaConformanceDelay : DelayConformance<KafkaFixture>;
