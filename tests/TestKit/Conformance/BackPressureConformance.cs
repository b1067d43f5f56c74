using HighPerf.Transports;
using Xunit;

namespace HighPerf.TestKit.Conformance;

/// <summary>Bounded prefetch and bounded queues that make publishers wait: D14.</summary>
/// <typeparam name="TFixture">The transport's fixture.</typeparam>
public abstract class BackPressureConformance<TFixture> : TransportConformance<TFixture>
    where TFixture : TransportFixture, new()
{
    protected override TransportLimits Limits => new() { Capacity = 4, CapacityBytes = 1000 };

    [Fact]
    public async Task PrefetchIsNeverExceeded()
    {
        await PublishManyAsync(4);
        await using var consumer = await OpenAsync(2);
        var deliveries = await consumer.ReceiveAsync(2);
        await AssertNothingReadyAsync(consumer);
        Assert.Equal(2, (await LengthAsync()).InFlight);
        var before = consumer.Signal.Count;
        await AcknowledgeAsync(deliveries[0]);
        await Wait.UntilAsync(() => consumer.Signal.Count > before);
        await AcknowledgeAsync(await consumer.ReceiveAsync());
        await AcknowledgeAsync(deliveries[1], await consumer.ReceiveAsync());
    }

    [Fact]
    public async Task FullQueueMakesPublishersWaitInOrder()
    {
        await PublishManyAsync(4);
        var fifth = TryPublishAsync("m4").AsTask();
        var sixth = TryPublishAsync("m5").AsTask();
        await Fixture.SettleAsync();
        Assert.False(fifth.IsCompleted);
        Assert.False(sixth.IsCompleted);
        await using var consumer = await OpenAsync();
        await AcknowledgeAsync(await consumer.ReceiveAsync());
        Assert.True((await fifth.WaitAsync(Wait.Patience)).IsAccepted);
        Assert.False(sixth.IsCompleted);
        var rest = await consumer.ReceiveAsync(5);
        Assert.True((await sixth.WaitAsync(Wait.Patience)).IsAccepted);
        Assert.Equal(["m1", "m2", "m3", "m4", "m5"], Texts(rest));
        await AcknowledgeAsync(rest);
    }

    [Fact]
    public async Task BytesBoundAsWell()
    {
        await PublishAsync(new string('x', 900));
        var second = TryPublishAsync(new string('y', 200)).AsTask();
        await Fixture.SettleAsync();
        Assert.False(second.IsCompleted);
        await using var consumer = await OpenAsync();
        await AcknowledgeAsync(await consumer.ReceiveAsync());
        Assert.True((await second.WaitAsync(Wait.Patience)).IsAccepted);
        await AcknowledgeAsync(await consumer.ReceiveAsync());
    }

    [Fact]
    public async Task WaitingPublisherCanBeCancelled()
    {
        await PublishManyAsync(4);
        using var cancellation = new CancellationTokenSource();
        var waiting = TryPublishAsync("never", cancellationToken: cancellation.Token).AsTask();
        var behind = TryPublishAsync("m4").AsTask();
        Assert.False(waiting.IsCompleted);
        await cancellation.CancelAsync();
        var outcome = await waiting.WaitAsync(Wait.Patience);
        Assert.Equal(PublishStatus.Rejected, outcome.Status);
        Assert.Contains("cancelled", outcome.Reason, StringComparison.Ordinal);
        Assert.False(behind.IsCompleted);
        await using var consumer = await OpenAsync();
        var deliveries = await consumer.ReceiveAsync(5);
        Assert.True((await behind.WaitAsync(Wait.Patience)).IsAccepted);
        Assert.Equal(["m0", "m1", "m2", "m3", "m4"], Texts(deliveries));
        await AcknowledgeAsync(deliveries);
    }

    [Fact]
    public async Task ASmallOneGetsTheRoomThatACancelledLargeOneWaitedFor()
    {
        await PublishAsync(new string('x', 900));
        using var cancellation = new CancellationTokenSource();
        var large = TryPublishAsync(new string('y', 500), cancellationToken: cancellation.Token).AsTask();
        var small = TryPublishAsync("s").AsTask();
        Assert.False(small.IsCompleted);
        await cancellation.CancelAsync();
        Assert.True((await small.WaitAsync(Wait.Patience)).IsAccepted);
        Assert.Equal(PublishStatus.Rejected, (await large).Status);
        Assert.Equal(2, await Transport.PurgeAsync(Queue, includeDelayed: false, CancellationToken.None));
    }

    [Fact]
    public async Task PurgeMakesRoomOfEverythingItRemoves()
    {
        for (var round = 0; round < 3; round++)
        {
            await PublishAsync("ready");
            await PublishAsync("first of key", key: "k");
            await PublishAsync("behind it", key: "k");
            await PublishAsync("later", delay: TimeSpan.FromMinutes(1));
            var waiting = TryPublishAsync("waiting").AsTask();
            await Fixture.SettleAsync();
            Assert.False(waiting.IsCompleted);
            Assert.Equal(4, await Transport.PurgeAsync(Queue, includeDelayed: true, CancellationToken.None));
            Assert.True((await waiting.WaitAsync(Wait.Patience)).IsAccepted);
            Assert.Equal(1, await Transport.PurgeAsync(Queue, includeDelayed: true, CancellationToken.None));
        }
    }

    [Fact]
    public async Task DisposeEndsWaitingPublishers()
    {
        await PublishManyAsync(4);
        var waiting = TryPublishAsync("never").AsTask();
        await Transport.DisposeAsync();
        var outcome = await waiting.WaitAsync(Wait.Patience);
        Assert.NotEqual(PublishStatus.Accepted, outcome.Status);
        Assert.NotNull(outcome.Reason);
    }

    [Fact]
    public async Task EveryWaitingPublisherIsServedInTheEnd()
    {
        const int Count = 500;
        await using var consumer = await OpenAsync(3);
        var publishers = Enumerable.Range(0, 5).Select(p => Task.Run(() => PublishManyAsync(Count / 5, $"p{p}-"))).ToArray();
        var seen = new HashSet<string>();
        while (seen.Count < Count)
        {
            var delivery = await consumer.ReceiveAsync();
            seen.Add(Text(in delivery));
            await AcknowledgeAsync(delivery);
        }

        await Task.WhenAll(publishers).WaitAsync(Wait.Patience);
    }
}
