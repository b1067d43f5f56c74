using HighPerf.TestKit.Conformance;

namespace HighPerf.Transports.Tests.ActiveMq;

public sealed class ActiveMqConformanceTopology : TopologyConformance<ActiveMqFixture>;
