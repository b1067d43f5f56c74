using HighPerf.TestKit.Conformance;

namespace HighPerf.Transports.Tests.Kafka;

public sealed class KafkaConformancePurge : PurgeConformance<KafkaFixture>;
