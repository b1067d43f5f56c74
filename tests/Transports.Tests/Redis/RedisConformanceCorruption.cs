using HighPerf.TestKit.Conformance;

namespace HighPerf.Transports.Tests.Redis;

public sealed class RedisConformanceCorruption : CorruptionConformance<RedisFixture>;
