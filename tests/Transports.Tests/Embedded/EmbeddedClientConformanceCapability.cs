using HighPerf.TestKit.Conformance;

namespace HighPerf.Transports.Tests.Embedded;

public sealed class EmbeddedClientConformanceCapability : CapabilityConformance<EmbeddedClientFixture>;
