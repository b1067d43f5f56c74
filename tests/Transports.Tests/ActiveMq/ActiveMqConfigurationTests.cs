using HighPerf.Connections;
using HighPerf.TestKit;

namespace HighPerf.Transports.Tests.ActiveMq;

/// <summary>A broker that wants a login, permits not everything, and has neither scheduler nor statistics.</summary>
public sealed class ActiveMqConfigurationTests(RestrictedActiveMq broker) : IClassFixture<RestrictedActiveMq>
{
    [Fact]
    public async Task What_the_broker_does_not_give_is_said_and_refused()
    {
        await using var transport = await StartAsync("app:s3cret@");
        Assert.DoesNotContain("s3cret", transport.Description, StringComparison.Ordinal);
        Assert.False(transport.Capabilities[TransportFeature.Delay].IsThere);
        Assert.False(transport.Capabilities[TransportFeature.Length].IsThere);
        Assert.Equal(PublishStatus.Rejected, (await Publish.TextAsync(transport, "plain", "later", TimeSpan.FromMinutes(1))).Status);
        Assert.Equal(new QueueLength(-1, -1, -1, -1), await transport.GetLengthAsync("plain", default));

        // A retry that is to wait waits here.
        Assert.True((await Publish.TextAsync(transport, "plain", "a")).IsAccepted);
        await using var consumer = await TestConsumer.OpenAsync(transport, "plain");
        var delivery = await consumer.ReceiveAsync();
        Assert.True(await consumer.Receiver.ReleaseAsync(delivery.Token, TimeSpan.FromMilliseconds(500)));
        Assert.Empty(consumer.TryReceive(1));
        delivery = await consumer.ReceiveAsync();
        Assert.Equal(2, delivery.DeliveryCount);
        Assert.True(await consumer.Receiver.AcknowledgeAsync(delivery.Token));
    }

    [Fact]
    public async Task A_wrong_password_is_a_refusal_that_does_not_repeat_it()
    {
        var refusal = await Assert.ThrowsAsync<ConnectionRefusedException>(() => StartAsync("app:wr0ng@"));
        Assert.Contains("invalid", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("wr0ng", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_queue_that_is_not_permitted_rejects_and_takes_no_other_message_with_it()
    {
        await using var transport = await StartAsync("app:s3cret@");
        var publishes = Enumerable.Range(0, 60).Select(i => Publish.TextAsync(transport, i == 30 ? "closed" : "open", "m" + i).AsTask()).ToArray();
        var outcomes = await Task.WhenAll(publishes).WaitAsync(Wait.Patience);
        Assert.Contains("not authorized", outcomes[30].Reason, StringComparison.Ordinal);
        Assert.Equal(PublishStatus.Rejected, outcomes[30].Status);
        Assert.Equal(59, outcomes.Count(outcome => outcome.IsAccepted));
    }

    [Fact]
    public async Task A_dead_letter_that_is_refused_loses_nothing()
    {
        await using var transport = await StartAsync("app:s3cret@");
        Assert.True((await Publish.TextAsync(transport, "undead", "poison")).IsAccepted);
        await using (var consumer = await TestConsumer.OpenAsync(transport, "undead"))
        {
            var delivery = await consumer.ReceiveAsync();
            Assert.True(await consumer.Receiver.DeadLetterAsync(delivery.Token, DeadLetterReason.Poisonous, "cannot be moved"));
            Assert.Empty(consumer.TryReceive(1));
        }

        await using var other = await TestConsumer.OpenAsync(transport, "undead");
        var again = await other.ReceiveAsync();
        Assert.Equal("poison", TestConsumer.Text(in again));
        Assert.Equal(2, again.DeliveryCount);
        Assert.True(await other.Receiver.AcknowledgeAsync(again.Token));
    }

    private async Task<ActiveMqTransport> StartAsync(string login)
    {
        var transport = new ActiveMqTransport("activemq", broker.Host.Address.Replace("stomp://", "stomp://" + login, StringComparison.Ordinal));
        try
        {
            await transport.StartAsync(default);
            return transport;
        }
        catch
        {
            await transport.DisposeAsync();
            throw;
        }
    }
}
