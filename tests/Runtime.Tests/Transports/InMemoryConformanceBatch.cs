using HighPerf.TestKit.Conformance;

namespace HighPerf.Tests.Transports;

public sealed class InMemoryConformanceBatch : BatchConformance<InMemoryFixture>;
