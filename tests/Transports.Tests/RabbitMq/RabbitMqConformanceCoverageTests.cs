using HighPerf.TestKit.Conformance;

namespace HighPerf.Transports.Tests.RabbitMq;

public sealed class RabbitMqConformanceCoverageTests
{
    [Fact]
    public void EverySuiteIsDerivedOrWaived() => ConformanceCoverage.AssertComplete<RabbitMqFixture>(typeof(RabbitMqFixture).Assembly);
}
