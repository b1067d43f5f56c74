using HighPerf.TestKit.Conformance;

namespace HighPerf.Transports.Tests.ActiveMq;

public sealed class ActiveMqConformanceLease : LeaseConformance<ActiveMqFixture>;
