using HighPerf.TestKit.Conformance;

namespace HighPerf.Tests.Transports;

public sealed class InMemoryConformanceDeduplication : DeduplicationConformance<InMemoryFixture>;
