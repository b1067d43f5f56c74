using HighPerf.Transports;
using Xunit;

namespace HighPerf.TestKit.Conformance;

/// <summary>Expired messages are not delivered and end recorded: D13, D4.</summary>
/// <typeparam name="TFixture">The transport's fixture.</typeparam>
public abstract class ExpiryConformance<TFixture> : TransportConformance<TFixture>
    where TFixture : TransportFixture, new()
{
    [Fact]
    public async Task ExpiredEndsAsDeadLetter()
    {
        await PublishAsync("short", lifetime: TimeSpan.FromSeconds(1));
        await PublishAsync("long", lifetime: TimeSpan.FromHours(1));
        await Fixture.PassAsync(TimeSpan.FromSeconds(2));
        await using var consumer = await OpenAsync();
        var delivery = await consumer.ReceiveAsync();
        Assert.Equal("long", Text(in delivery));
        await AcknowledgeAsync(delivery);
        await AssertNothingReadyAsync(consumer);
        await Wait.UntilAsync(async () => (await LengthAsync()).Dead == 1);
        var letter = Assert.Single(await Transport.BrowseDeadLettersAsync(Queue, 10, CancellationToken.None));
        Assert.Equal(DeadLetterReason.Expired, letter.Reason);
        Assert.Equal("short"u8.ToArray(), letter.Bytes.ToArray());
    }

    [Fact]
    public async Task ExpiredBeforeARetryIsNotRetried()
    {
        await PublishAsync("a", lifetime: TimeSpan.FromSeconds(2));
        await using var consumer = await OpenAsync();
        var delivery = await consumer.ReceiveAsync();
        await consumer.Receiver.ReleaseAsync(delivery.Token, TimeSpan.FromSeconds(3));
        await Fixture.PassAsync(TimeSpan.FromSeconds(4));
        await AssertNothingReadyAsync(consumer);
        await Wait.UntilAsync(async () => (await LengthAsync()).Dead == 1);
        var letter = Assert.Single(await Transport.BrowseDeadLettersAsync(Queue, 10, CancellationToken.None));
        Assert.Equal(DeadLetterReason.Expired, letter.Reason);
        Assert.Equal(1, letter.DeliveryCount);
    }
}
