using HighPerf.TestKit.Conformance;

namespace HighPerf.Transports.Tests.ActiveMq;

public sealed class ActiveMqConformanceDeduplication : DeduplicationConformance<ActiveMqFixture>;
