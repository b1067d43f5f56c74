using HighPerf.TestKit.Conformance;

namespace HighPerf.Transports.Tests.Embedded;

public sealed class EmbeddedConformanceCoverageTests
{
    [Fact]
    public void EverySuiteIsDerivedOrWaived() => ConformanceCoverage.AssertComplete<EmbeddedFixture>(typeof(EmbeddedFixture).Assembly);

    [Fact]
    public void EverySuiteIsDerivedOrWaivedForTheClient() => ConformanceCoverage.AssertComplete<EmbeddedClientFixture>(typeof(EmbeddedClientFixture).Assembly);
}
