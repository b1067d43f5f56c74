using HighPerf.TestKit.Conformance;

namespace HighPerf.Transports.Tests.Kafka;

public sealed class KafkaConformanceCoverageTests
{
    [Fact]
    public void EverySuiteIsDerivedOrWaived() => ConformanceCoverage.AssertComplete<KafkaFixture>(typeof(KafkaFixture).Assembly);
}
