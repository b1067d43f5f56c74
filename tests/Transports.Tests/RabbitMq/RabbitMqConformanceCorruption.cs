using HighPerf.TestKit.Conformance;

namespace HighPerf.Transports.Tests.RabbitMq;

public sealed class RabbitMqConformanceCorruption : CorruptionConformance<RabbitMqFixture>;
