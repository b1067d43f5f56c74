using HighPerf.TestKit.Conformance;

namespace HighPerf.Transports.Tests.ActiveMq;

public sealed class ActiveMqConformanceCorruption : CorruptionConformance<ActiveMqFixture>;
