using HighPerf.TestKit.Conformance;

namespace HighPerf.Transports.Tests.Nats;

public sealed class NatsConformanceDeduplication : DeduplicationConformance<NatsFixture>;
