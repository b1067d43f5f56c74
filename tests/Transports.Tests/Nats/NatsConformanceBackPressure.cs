using HighPerf.TestKit.Conformance;

namespace HighPerf.Transports.Tests.Nats;

public sealed class NatsConformanceBackPressure : BackPressureConformance<NatsFixture>;
