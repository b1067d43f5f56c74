using HighPerf.TestKit.Conformance;

namespace HighPerf.Transports.Tests.Kafka;

public sealed class KafkaConformanceVersionSkew : VersionSkewConformance<KafkaFixture>;
