using HighPerf.TestKit.Conformance;
using Xunit;

namespace HighPerf.Tests.Transports;

public sealed class InMemoryConformanceCoverageTests
{
    [Fact]
    public void EverySuiteIsDerivedOrWaived() => ConformanceCoverage.AssertComplete<InMemoryFixture>(typeof(InMemoryFixture).Assembly);

    [Fact]
    public void SuitesAreFound() => Assert.Equal(19, ConformanceCoverage.Suites.Count);
}
