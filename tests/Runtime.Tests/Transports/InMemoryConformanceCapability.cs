using HighPerf.TestKit.Conformance;

namespace HighPerf.Tests.Transports;

public sealed class InMemoryConformanceCapability : CapabilityConformance<InMemoryFixture>;
