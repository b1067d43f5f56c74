using HighPerf.TestKit.Conformance;

namespace HighPerf.Transports.Tests.Kafka;

/// <summary>The same with partitions that the broker divides (KIP-848): for the suites in which they change hands.</summary>
public sealed class KafkaConsumerProtocolFixture : KafkaFixture
{
    protected override void Configure(KafkaTransportOptions options) => options.GroupProtocol = KafkaGroupProtocol.Consumer;
}

public sealed class KafkaConsumerProtocolAtLeastOnce : AtLeastOnceConformance<KafkaConsumerProtocolFixture>;

public sealed class KafkaConsumerProtocolDrain : DrainConformance<KafkaConsumerProtocolFixture>;

public sealed class KafkaConsumerProtocolPurge : PurgeConformance<KafkaConsumerProtocolFixture>;

public sealed class KafkaConsumerProtocolReconnect : ReconnectConformance<KafkaConsumerProtocolFixture>;
