using HighPerf.Transports;
using Xunit;

namespace HighPerf.TestKit.Conformance;

/// <summary>Publish outcomes: D1, D3.</summary>
/// <typeparam name="TFixture">The transport's fixture.</typeparam>
public abstract class PublishOutcomeConformance<TFixture> : TransportConformance<TFixture>
    where TFixture : TransportFixture, new()
{
    protected override TransportLimits Limits => new() { Capacity = 100, CapacityBytes = 4096 };

    [Fact]
    public async Task AcceptedIsDelivered()
    {
        await PublishAsync("a");
        await using var consumer = await OpenAsync();
        var delivery = await consumer.ReceiveAsync();
        Assert.Equal("a", Text(in delivery));
        Assert.Equal(1, delivery.DeliveryCount);
        await AcknowledgeAsync(delivery);
    }

    [Fact]
    public async Task OversizeIsRejectedWithTheLimit()
    {
        var outcome = await TryPublishAsync(new string('x', 4097));
        Assert.Equal(PublishStatus.Rejected, outcome.Status);
        Assert.Contains("4096", outcome.Reason, StringComparison.Ordinal);
        Assert.Equal(0, Fixture.Buffers.Outstanding);
    }

    [Fact]
    public async Task DestinationOfAnotherTransportIsRejected()
    {
        var other = await Fixture.StartAsync(Limits);
        var buffer = Transport.Rent();
        buffer.Write("a"u8);
        var message = new OutgoingMessage { Bytes = buffer, Id = MessageId.New() };
        var outcome = await Transport.PublishAsync(other.GetDestination(Queue), in message, CancellationToken.None);
        Assert.Equal(PublishStatus.Rejected, outcome.Status);
        Assert.NotNull(outcome.Reason);
    }

    [Fact]
    public async Task PublishAfterDisposeIsNotAccepted()
    {
        await Transport.DisposeAsync();
        var outcome = await TryPublishAsync("a");
        Assert.NotEqual(PublishStatus.Accepted, outcome.Status);
        Assert.NotNull(outcome.Reason);
    }

    [Fact]
    public async Task CancelledBeforeHandOverIsRejected()
    {
        var outcome = await TryPublishAsync("a", cancellationToken: new CancellationToken(canceled: true));
        Assert.Equal(PublishStatus.Rejected, outcome.Status);
        Assert.NotNull(outcome.Reason);
    }

    [Fact]
    public void SameNameIsSameDestination()
    {
        Assert.Same(Transport.GetDestination(Queue), Transport.GetDestination(Queue));
        Assert.NotSame(Transport.GetDestination(Queue), Transport.GetDestination(Queue + "2"));
    }
}
