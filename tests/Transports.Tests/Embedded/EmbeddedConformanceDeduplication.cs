using HighPerf.TestKit.Conformance;

namespace HighPerf.Transports.Tests.Embedded;

public sealed class EmbeddedConformanceDeduplication : DeduplicationConformance<EmbeddedFixture>;
