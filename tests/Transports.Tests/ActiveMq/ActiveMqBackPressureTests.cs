using HighPerf.TestKit;
using HighPerf.TestKit.Brokers;

namespace HighPerf.Transports.Tests.ActiveMq;

/// <summary>What is left of D14 where the queue's bound is the broker's.</summary>
public sealed class ActiveMqBackPressureTests
{
    [Fact]
    public async Task No_more_than_the_prefetch_is_out()
    {
        await using var fixture = new ActiveMqFixture();
        var transport = await fixture.StartAsync();
        var queue = fixture.NewQueue();
        for (var i = 0; i < 4; i++)
        {
            Assert.True((await Publish.TextAsync(transport, queue, "m" + i)).IsAccepted);
        }

        await using var consumer = await TestConsumer.OpenAsync(transport, queue, prefetch: 2);
        var deliveries = await consumer.ReceiveAsync(2);
        await fixture.SettleAsync();
        Assert.Empty(consumer.TryReceive(4));
        Assert.Equal(2, (await transport.GetLengthAsync(queue, default)).InFlight);
        var before = consumer.Signal.Count;
        Assert.True(await consumer.Receiver.AcknowledgeAsync(deliveries[0].Token));
        await Wait.UntilAsync(() => consumer.Signal.Count > before);
        Assert.Equal("m2", TestConsumer.Text(await consumer.ReceiveAsync()));
    }

    [Fact]
    public async Task A_held_up_publisher_ends_as_unknown_and_consumers_are_not_held_up()
    {
        await using var host = new ActiveMqHost(policies: "memoryLimit=\"262144\"", cursor: "<pendingQueuePolicy><vmQueueCursor/></pendingQueuePolicy>");
        await host.StartAsync();
        await using var transport = new ActiveMqTransport("activemq", host.Address, new ActiveMqTransportOptions { PublishTimeout = TimeSpan.FromSeconds(2) });
        await transport.StartAsync(default);
        var text = new string('x', 4096);
        var accepted = 0;
        PublishOutcome outcome;
        while ((outcome = await Publish.TextAsync(transport, "full", text)).IsAccepted)
        {
            Assert.InRange(++accepted, 0, 1000);
        }

        Assert.Equal(PublishStatus.Unknown, outcome.Status);
        Assert.Contains("producer", outcome.Reason, StringComparison.Ordinal);
        await using var consumer = await TestConsumer.OpenAsync(transport, "full");
        for (var i = 0; i < accepted; i++)
        {
            var delivery = await consumer.ReceiveAsync();
            Assert.True(await consumer.Receiver.AcknowledgeAsync(delivery.Token));
        }

        await Wait.UntilAsync(async () => (await Publish.TextAsync(transport, "full", text)).IsAccepted);
    }
}
