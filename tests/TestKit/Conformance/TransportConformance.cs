using System.Text;
using HighPerf.Transports;
using Xunit;

namespace HighPerf.TestKit.Conformance;

/// <summary>
/// Base of the conformance suites: one abstract class per clause family of the delivery contract. A transport derives one empty class per suite with its fixture;
/// <see cref="ConformanceCoverage"/> fails when one is neither derived nor waived.
/// </summary>
/// <typeparam name="TFixture">The transport's fixture.</typeparam>
public abstract class TransportConformance<TFixture> : IAsyncLifetime
    where TFixture : TransportFixture, new()
{
    protected TFixture Fixture { get; } = new();

    protected string Queue { get; private set; } = "";

    /// <summary>The transport most tests need; those that need limits start their own.</summary>
    protected Transport Transport { get; private set; } = null!;

    /// <summary>Limits of <see cref="Transport"/>.</summary>
    protected virtual TransportLimits Limits => new();

    public virtual async Task InitializeAsync()
    {
        Queue = Fixture.NewQueue();
        Transport = await Fixture.StartAsync(Limits);
    }

    public virtual async Task DisposeAsync()
    {
        await Fixture.DisposeAsync();
        Fixture.Buffers.AssertAllReturned();
    }

    protected Task<TestConsumer> OpenAsync(int prefetch = 64) => TestConsumer.OpenAsync(Transport, Queue, prefetch, Fixture.Lease);

    protected ValueTask<PublishOutcome> TryPublishAsync(
        string text,
        MessagePriority priority = MessagePriority.Normal,
        TimeSpan delay = default,
        TimeSpan lifetime = default,
        string? key = null,
        CancellationToken cancellationToken = default)
    {
        var now = Fixture.Clock.GetUtcNow().UtcTicks;
        var buffer = Transport.Rent();
        buffer.Write(Encoding.UTF8.GetBytes(text));
        var message = new OutgoingMessage
        {
            Bytes = buffer,
            Id = MessageId.New(Fixture.Clock),
            Priority = priority,
            NotBeforeTicks = delay == TimeSpan.Zero ? 0 : now + delay.Ticks,
            ExpiresTicks = lifetime == TimeSpan.Zero ? 0 : now + lifetime.Ticks,
            OrderingKey = key,
        };
        return Transport.PublishAsync(Transport.GetDestination(Queue), in message, cancellationToken);
    }

    /// <summary>Publishes and expects it to be accepted.</summary>
    protected async Task PublishAsync(string text, MessagePriority priority = MessagePriority.Normal, TimeSpan delay = default, TimeSpan lifetime = default, string? key = null)
    {
        var outcome = await TryPublishAsync(text, priority, delay, lifetime, key);
        Assert.True(outcome.IsAccepted, outcome.Reason);
    }

    protected async Task PublishManyAsync(int count, string prefix = "m", MessagePriority priority = MessagePriority.Normal)
    {
        for (var i = 0; i < count; i++)
        {
            await PublishAsync(prefix + i, priority);
        }
    }

    /// <summary>Asks, waits as long as the fixture says, and asks again: a broker delivers to who has asked.</summary>
    protected async Task AssertNothingReadyAsync(TestConsumer consumer)
    {
        Assert.Empty(consumer.TryReceive(16));
        await Fixture.SettleAsync();
        Assert.Empty(consumer.TryReceive(16));
    }

    protected ValueTask<QueueLength> LengthAsync() => Transport.GetLengthAsync(Queue, CancellationToken.None);

    protected static string Text(in Delivery delivery) => TestConsumer.Text(in delivery);

    protected static string[] Texts(Delivery[] deliveries) => Array.ConvertAll(deliveries, delivery => TestConsumer.Text(in delivery));

    protected static async Task AcknowledgeAsync(params Delivery[] deliveries)
    {
        foreach (var delivery in deliveries)
        {
            Assert.True(await delivery.Receiver.AcknowledgeAsync(delivery.Token));
        }
    }
}
