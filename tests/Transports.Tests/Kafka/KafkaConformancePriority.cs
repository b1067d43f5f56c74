using HighPerf.TestKit.Conformance;

namespace HighPerf.Transports.Tests.Kafka;

public sealed class KafkaConformancePriority : PriorityConformance<KafkaFixture>;
