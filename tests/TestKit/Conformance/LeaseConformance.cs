using HighPerf.Transports;
using Xunit;

namespace HighPerf.TestKit.Conformance;

/// <summary>Leases: they lapse, are renewed, and a stale token settles nothing: D6.</summary>
/// <typeparam name="TFixture">The transport's fixture.</typeparam>
public abstract class LeaseConformance<TFixture> : TransportConformance<TFixture>
    where TFixture : TransportFixture, new()
{
    [Fact]
    public async Task LapsedIsDeliveredAgainAndTheOldTokenIsStale()
    {
        await PublishAsync("a");
        await using var consumer = await OpenAsync(1);
        var stale = await consumer.ReceiveAsync();
        await AssertNothingReadyAsync(consumer);
        await Fixture.PassAsync(Fixture.Lease + TimeSpan.FromMilliseconds(1));
        var current = await consumer.ReceiveAsync();
        Assert.Equal(2, current.DeliveryCount);
        Assert.Equal("a", Text(in current));

        // The stale holder may still be reading: its bytes are its own until it settles, whatever becomes of the redelivery.
        await AcknowledgeAsync(current);
        Assert.Equal("a", Text(in stale));
        Assert.False(await consumer.Receiver.AcknowledgeAsync(stale.Token));
        await AssertNothingReadyAsync(consumer);
    }

    [Fact]
    public async Task StaleSettlementDoesNotTouchTheNewOwner()
    {
        await PublishAsync("a");
        await using var first = await OpenAsync(1);
        var stale = await first.ReceiveAsync();
        await using var second = await OpenAsync(1);
        await AssertNothingReadyAsync(second);
        await Fixture.PassAsync(Fixture.Lease + TimeSpan.FromMilliseconds(1));
        var current = await second.ReceiveAsync();
        Assert.False(await first.Receiver.ReleaseAsync(stale.Token, TimeSpan.Zero));
        Assert.False(await first.Receiver.DeadLetterAsync(stale.Token, DeadLetterReason.Poisonous, "stale"));
        Assert.Equal("a", Text(in current));
        await AcknowledgeAsync(current);
    }

    [Fact]
    public async Task RenewedDoesNotLapse()
    {
        await PublishManyAsync(2);
        await using var consumer = await OpenAsync(4);
        var kept = await consumer.ReceiveAsync();
        var lost = await consumer.ReceiveAsync();
        for (var i = 0; i < 6; i++)
        {
            await Fixture.PassAsync(Fixture.Lease / 2);
            long[] tokens = [kept.Token, i == 0 ? 0 : kept.Token];
            Assert.Equal(i == 0 ? 1 : 2, consumer.Receiver.Renew(tokens));
        }

        var again = await consumer.ReceiveAsync();
        Assert.Equal("m1", Text(in again));
        long[] both = [kept.Token, lost.Token];
        Assert.Equal(1, consumer.Receiver.Renew(both));
        Assert.Equal([kept.Token, 0], both);
        await AcknowledgeAsync(kept, again);
        Assert.False(await consumer.Receiver.AcknowledgeAsync(lost.Token));
    }

    [Fact]
    public async Task LapsedComeBackInTheirOrderBeforeOthers()
    {
        await PublishManyAsync(5);
        await using var consumer = await OpenAsync(8);
        var stale = await consumer.ReceiveAsync(3);
        await Fixture.PassAsync(Fixture.Lease + TimeSpan.FromMilliseconds(1));
        var deliveries = await consumer.ReceiveAsync(5);
        Assert.Equal(["m0", "m1", "m2", "m3", "m4"], Texts(deliveries));
        Assert.Equal([2, 2, 2, 1, 1], Array.ConvertAll(deliveries, delivery => delivery.DeliveryCount));
        await AcknowledgeAsync(deliveries);
        foreach (var delivery in stale)
        {
            Assert.False(await consumer.Receiver.AcknowledgeAsync(delivery.Token));
        }
    }

    [Fact]
    public async Task StaleHolderThatNeverSettlesIsEndedByDispose()
    {
        await PublishAsync("a");
        var consumer = await OpenAsync(1);
        _ = await consumer.ReceiveAsync();
        await Fixture.PassAsync(Fixture.Lease + TimeSpan.FromMilliseconds(1));
        await AcknowledgeAsync(await consumer.ReceiveAsync());
        await consumer.DisposeAsync();
        Assert.Equal(0, Fixture.Buffers.Outstanding);
    }
}
