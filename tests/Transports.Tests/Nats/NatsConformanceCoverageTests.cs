using HighPerf.TestKit.Conformance;

namespace HighPerf.Transports.Tests.Nats;

public sealed class NatsConformanceCoverageTests
{
    [Fact]
    public void EverySuiteIsDerivedOrWaived() => ConformanceCoverage.AssertComplete<NatsFixture>(typeof(NatsFixture).Assembly);
}
