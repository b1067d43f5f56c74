using HighPerf.TestKit.Conformance;

namespace HighPerf.Transports.Tests.Embedded;

public sealed class EmbeddedConformanceLength : LengthConformance<EmbeddedFixture>;
