using HighPerf.TestKit.Conformance;

namespace HighPerf.Transports.Tests.Embedded;

public sealed class EmbeddedConformanceVersionSkew : VersionSkewConformance<EmbeddedFixture>;
