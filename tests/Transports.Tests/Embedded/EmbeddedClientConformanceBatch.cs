using HighPerf.TestKit.Conformance;

namespace HighPerf.Transports.Tests.Embedded;

public sealed class EmbeddedClientConformanceBatch : BatchConformance<EmbeddedClientFixture>;
