using HighPerf.TestKit.Conformance;

namespace HighPerf.Transports.Tests.Nats;

public sealed class NatsConformanceVersionSkew : VersionSkewConformance<NatsFixture>;
