using HighPerf.TestKit.Conformance;

namespace HighPerf.Tests.Transports;

public sealed class InMemoryConformancePublishOutcome : PublishOutcomeConformance<InMemoryFixture>;
