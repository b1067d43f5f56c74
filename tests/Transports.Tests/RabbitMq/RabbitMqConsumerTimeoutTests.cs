using HighPerf.TestKit;
using HighPerf.TestKit.Brokers;

namespace HighPerf.Transports.Tests.RabbitMq;

/// <summary>A server that closes channels after two seconds, where the default is 30 minutes: E4.</summary>
public sealed class RabbitMqConsumerTimeoutTests
{
    [Fact]
    public async Task ADeliveryThatIsOutForTooLongCostsItsChannelAndNoOther()
    {
        await using var host = new RabbitMqHost(isPrivate: true, advanced: "{consumer_timeout, 2000}, {channel_tick_interval, 500}");
        await host.StartAsync();

        // This side believes in the default: what happens when the setting is wrong.
        await using var transport = new RabbitMqTransport("rabbit", host.Address);
        await transport.StartAsync(CancellationToken.None);
        await PublishAsync(transport, "slow", "a");
        await PublishAsync(transport, "other", "b");
        await using var slow = await TestConsumer.OpenAsync(transport, "slow");
        await using var other = await TestConsumer.OpenAsync(transport, "other");
        var untouched = await other.ReceiveAsync();
        Assert.True(await other.Receiver.AcknowledgeAsync(untouched.Token));
        var delivery = await slow.ReceiveAsync();
        await Wait.UntilAsync(() => slow.Signal.Lost.Contains(delivery.Token));
        Assert.Equal("a", TestConsumer.Text(in delivery));
        Assert.False(await slow.Receiver.AcknowledgeAsync(delivery.Token));
        var again = await slow.ReceiveAsync();
        Assert.Equal("a", TestConsumer.Text(in again));
        Assert.True(await slow.Receiver.AcknowledgeAsync(again.Token));
        await PublishAsync(transport, "other", "c");
        untouched = await other.ReceiveAsync();
        Assert.Equal(1, untouched.DeliveryCount);
        Assert.True(await other.Receiver.AcknowledgeAsync(untouched.Token));
        Assert.Empty(other.Signal.Lost);
    }

    private static async Task PublishAsync(RabbitMqTransport transport, string queue, string text)
    {
        var buffer = transport.Rent();
        buffer.Write(System.Text.Encoding.UTF8.GetBytes(text));
        Assert.True((await transport.PublishAsync(transport.GetDestination(queue), new OutgoingMessage { Bytes = buffer, Id = MessageId.New() }, CancellationToken.None)).IsAccepted);
    }
}
