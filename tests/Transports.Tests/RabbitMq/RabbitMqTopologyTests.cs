using HighPerf.TestKit;
using RabbitMQ.Client;

namespace HighPerf.Transports.Tests.RabbitMq;

/// <summary>Declarations: created if absent, compared, never changed (D20); and what happens when somebody else deletes.</summary>
public sealed class RabbitMqTopologyTests : IAsyncLifetime
{
    private readonly string _queue = "topology-" + Guid.NewGuid().ToString("N");

    [Fact]
    public async Task WhatDiffersIsAnErrorAndIsNotChanged()
    {
        await using var first = await StartAsync();
        Assert.True((await PublishAsync(first, "a")).IsAccepted);
        await using var second = await StartAsync(new RabbitMqTransportOptions { Capacity = 5 });
        var outcome = await PublishAsync(second, "b");
        Assert.Equal(PublishStatus.Rejected, outcome.Status);
        Assert.Contains("x-max-length", outcome.Reason, StringComparison.Ordinal);
        var exception = await Assert.ThrowsAsync<HighPerfException>(() => TestConsumer.OpenAsync(second, _queue));
        Assert.Contains(_queue, exception.Message, StringComparison.Ordinal);
        await using var third = await StartAsync(new RabbitMqTransportOptions { Capacity = 5, DeclareTopology = false });
        Assert.True((await PublishAsync(third, "c")).IsAccepted);
        Assert.Equal(2, (await first.GetLengthAsync(_queue, CancellationToken.None)).Ready);
    }

    [Fact]
    public async Task ADeletedQueueRejectsAndIsDeclaredAgain()
    {
        await using var transport = await StartAsync();
        Assert.True((await PublishAsync(transport, "a")).IsAccepted);
        await using var consumer = await TestConsumer.OpenAsync(transport, _queue);
        await RabbitMqFixture.DeleteAsync((await RabbitMqFixture.Host).Address, [_queue]);
        var outcome = await PublishAsync(transport, "b");
        if (!outcome.IsAccepted)
        {
            // Unless the consumer was faster, which declares it anew.
            Assert.Equal(PublishStatus.Rejected, outcome.Status);
            Assert.Contains("NO_ROUTE", outcome.Reason, StringComparison.Ordinal);
        }

        await Wait.UntilAsync(async () => (await PublishAsync(transport, "c")).IsAccepted);
        var texts = new List<string>();
        while (!texts.Contains("c"))
        {
            var delivery = await consumer.ReceiveAsync();
            texts.Add(TestConsumer.Text(in delivery));
            await consumer.Receiver.AcknowledgeAsync(delivery.Token);
        }
    }

    [Fact]
    public async Task AMessageThatSomebodyElsePublishedIsDelivered()
    {
        await using var transport = await StartAsync();
        await using var consumer = await TestConsumer.OpenAsync(transport, _queue);
        await using var connection = await new ConnectionFactory { Uri = new Uri((await RabbitMqFixture.Host).Address) }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        await channel.BasicPublishAsync("", _queue, "foreign"u8.ToArray());
        var delivery = await consumer.ReceiveAsync();
        Assert.Equal("foreign", TestConsumer.Text(in delivery));
        Assert.True(await consumer.Receiver.ReleaseAsync(delivery.Token, TimeSpan.FromMilliseconds(300)));
        delivery = await consumer.ReceiveAsync();
        Assert.Equal(2, delivery.DeliveryCount);
        Assert.True(await consumer.Receiver.DeadLetterAsync(delivery.Token, DeadLetterReason.Poisonous, "x"));
        Assert.Single(await transport.BrowseDeadLettersAsync(_queue, 10, CancellationToken.None));
    }

    [Fact]
    public async Task WhatTheBrokerMovesToTheDeadLettersIsShownWithItsReason()
    {
        await using var transport = await StartAsync();
        await transport.GetLengthAsync(_queue, CancellationToken.None);
        await using var connection = await new ConnectionFactory { Uri = new Uri((await RabbitMqFixture.Host).Address) }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync();
        await channel.BasicPublishAsync("", _queue, mandatory: true, new BasicProperties { Expiration = "50" }, "short"u8.ToArray());
        await Wait.UntilAsync(async () => (await transport.GetLengthAsync(_queue, CancellationToken.None)).Dead == 1);
        var letter = Assert.Single(await transport.BrowseDeadLettersAsync(_queue, 10, CancellationToken.None));
        Assert.Equal(DeadLetterReason.Expired, letter.Reason);
        Assert.Equal(1, await transport.ReplayDeadLettersAsync(_queue, 10, CancellationToken.None));
        await using var consumer = await TestConsumer.OpenAsync(transport, _queue);
        var delivery = await consumer.ReceiveAsync();
        Assert.Equal("short", TestConsumer.Text(in delivery));
        Assert.Equal(1, delivery.DeliveryCount);
        Assert.True(await consumer.Receiver.AcknowledgeAsync(delivery.Token));
    }

    [Fact]
    public async Task FullDeadLettersRefuseAndTheMessageComesAgain()
    {
        await using var transport = await StartAsync(new RabbitMqTransportOptions { MaxDeadLetters = 1, DeadLetterRetryDelay = TimeSpan.FromMilliseconds(500) });
        await using var consumer = await TestConsumer.OpenAsync(transport, _queue);

        // The broker enforces its bound a few messages late.
        const int Count = 50;
        for (var i = 0; i < Count; i++)
        {
            Assert.True((await PublishAsync(transport, "m" + i)).IsAccepted);
            var delivery = await consumer.ReceiveAsync();
            Assert.True(await consumer.Receiver.DeadLetterAsync(delivery.Token, DeadLetterReason.Poisonous, "x"));
        }

        var again = await consumer.ReceiveAsync();
        Assert.Equal(1, again.DeliveryCount);
        Assert.True(await consumer.Receiver.AcknowledgeAsync(again.Token));
        Assert.InRange((await transport.GetLengthAsync(_queue, CancellationToken.None)).Dead, 1, Count - 1);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await RabbitMqFixture.DeleteAsync((await RabbitMqFixture.Host).Address, [_queue]);

    private static async Task<RabbitMqTransport> StartAsync(RabbitMqTransportOptions? options = null)
    {
        var transport = new RabbitMqTransport("rabbit", (await RabbitMqFixture.Host).Address, options);
        await transport.StartAsync(CancellationToken.None);
        return transport;
    }

    private ValueTask<PublishOutcome> PublishAsync(RabbitMqTransport transport, string text)
    {
        var buffer = transport.Rent();
        buffer.Write(System.Text.Encoding.UTF8.GetBytes(text));
        return transport.PublishAsync(transport.GetDestination(_queue), new OutgoingMessage { Bytes = buffer, Id = MessageId.New() }, CancellationToken.None);
    }
}
