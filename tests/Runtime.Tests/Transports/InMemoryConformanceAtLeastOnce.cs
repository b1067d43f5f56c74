using HighPerf.TestKit.Conformance;

namespace HighPerf.Tests.Transports;

public sealed class InMemoryConformanceAtLeastOnce : AtLeastOnceConformance<InMemoryFixture>;
