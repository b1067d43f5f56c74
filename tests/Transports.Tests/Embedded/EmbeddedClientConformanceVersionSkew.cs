using HighPerf.TestKit.Conformance;

namespace HighPerf.Transports.Tests.Embedded;

public sealed class EmbeddedClientConformanceVersionSkew : VersionSkewConformance<EmbeddedClientFixture>;
