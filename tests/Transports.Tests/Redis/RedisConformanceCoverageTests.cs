using HighPerf.TestKit.Conformance;

namespace HighPerf.Transports.Tests.Redis;

public sealed class RedisConformanceCoverageTests
{
    [Fact]
    public void EverySuiteIsDerivedOrWaived() => ConformanceCoverage.AssertComplete<RedisFixture>(typeof(RedisFixture).Assembly);
}
