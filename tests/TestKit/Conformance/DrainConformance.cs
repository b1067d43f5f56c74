using HighPerf.Transports;
using Xunit;

namespace HighPerf.TestKit.Conformance;

/// <summary>Stopping and giving back: D19.</summary>
/// <typeparam name="TFixture">The transport's fixture.</typeparam>
public abstract class DrainConformance<TFixture> : TransportConformance<TFixture>
    where TFixture : TransportFixture, new()
{
    [Fact]
    public async Task StoppedReceivesNothingAndStillSettles()
    {
        await PublishManyAsync(3);
        await using var consumer = await OpenAsync();
        var delivery = await consumer.ReceiveAsync();
        await consumer.Receiver.StopAsync(CancellationToken.None);
        Assert.Empty(consumer.TryReceive(4));
        await AcknowledgeAsync(delivery);
        Assert.Equal(2, (await LengthAsync()).Ready);
    }

    [Fact]
    public async Task DisposeGivesBackUncountedInOrder()
    {
        await PublishManyAsync(4);
        var first = await OpenAsync();
        var held = await first.ReceiveAsync(3);
        await first.DisposeAsync();
        Assert.False(await first.Receiver.AcknowledgeAsync(held[0].Token));
        await using var second = await OpenAsync();
        var deliveries = await second.ReceiveAsync(4);
        Assert.Equal(["m0", "m1", "m2", "m3"], Texts(deliveries));
        Assert.All(deliveries, delivery => Assert.Equal(1, delivery.DeliveryCount));
        await AcknowledgeAsync(deliveries);
    }

    [Fact]
    public async Task WhatAStoppedReceiverGivesBackIsToldToOthers()
    {
        await PublishAsync("a");
        var leaving = await OpenAsync();
        _ = await leaving.ReceiveAsync();
        await using var staying = await OpenAsync();
        await AssertNothingReadyAsync(staying);
        await leaving.DisposeAsync();
        await AcknowledgeAsync(await staying.ReceiveAsync());
    }

    [Fact]
    public async Task DisposingTheTransportReturnsEverything()
    {
        await PublishManyAsync(6);
        await PublishAsync("later", delay: TimeSpan.FromMinutes(1));
        var consumer = await OpenAsync();
        var deliveries = await consumer.ReceiveAsync(3);
        await consumer.Receiver.DeadLetterAsync(deliveries[0].Token, DeadLetterReason.Poisonous, "x");
        await Transport.DisposeAsync();
        Assert.Equal(0, Fixture.Buffers.Outstanding);
        Assert.False(await consumer.Receiver.AcknowledgeAsync(deliveries[1].Token));
        Assert.Empty(consumer.TryReceive(4));
        await consumer.DisposeAsync();
        await Transport.DisposeAsync();
    }
}
