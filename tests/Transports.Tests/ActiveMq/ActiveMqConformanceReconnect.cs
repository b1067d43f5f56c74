using HighPerf.TestKit.Conformance;

namespace HighPerf.Transports.Tests.ActiveMq;

public sealed class ActiveMqConformanceReconnect : ReconnectConformance<ActiveMqFixture>;
