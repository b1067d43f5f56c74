using HighPerf.TestKit.Conformance;

namespace HighPerf.Transports.Tests.Nats;

public sealed class NatsConformanceBatch : BatchConformance<NatsFixture>;
