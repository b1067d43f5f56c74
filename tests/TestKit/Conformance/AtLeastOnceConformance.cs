using HighPerf.Transports;
using Xunit;

namespace HighPerf.TestKit.Conformance;

/// <summary>At-least-once delivery and competing receivers: D4.</summary>
/// <typeparam name="TFixture">The transport's fixture.</typeparam>
public abstract class AtLeastOnceConformance<TFixture> : TransportConformance<TFixture>
    where TFixture : TransportFixture, new()
{
    [Fact]
    public async Task InOrderToASingleReceiver()
    {
        await PublishManyAsync(200);
        await using var consumer = await OpenAsync(256);
        var deliveries = await consumer.ReceiveAsync(200);
        Assert.Equal(Enumerable.Range(0, 200).Select(i => "m" + i), Texts(deliveries));
        await AcknowledgeAsync(deliveries);
        await AssertNothingReadyAsync(consumer);
    }

    [Fact]
    public async Task SignalIsRaisedOnceForWhatComesAfterNothing()
    {
        await using var consumer = await OpenAsync();
        await AssertNothingReadyAsync(consumer);
        var before = consumer.Signal.Count;
        await PublishManyAsync(3);
        Assert.True(await consumer.Signal.WaitAsync(Wait.Patience));
        await Fixture.SettleAsync();
        Assert.Equal(before + 1, consumer.Signal.Count);
        await AcknowledgeAsync(await consumer.ReceiveAsync(3));
    }

    [Fact]
    public async Task ReleasedIsDeliveredAgainInFrontAndCounted()
    {
        await PublishManyAsync(2);
        await using var consumer = await OpenAsync();
        var first = (await consumer.ReceiveAsync())!;
        Assert.True(await consumer.Receiver.ReleaseAsync(first.Token, TimeSpan.Zero));
        var again = await consumer.ReceiveAsync();
        Assert.Equal("m0", Text(in again));
        Assert.Equal(2, again.DeliveryCount);
        await AcknowledgeAsync(again, await consumer.ReceiveAsync());
    }

    [Fact]
    public async Task UncountedReleaseKeepsTheCount()
    {
        await PublishAsync("a");
        await using var consumer = await OpenAsync();
        for (var i = 0; i < 5; i++)
        {
            var delivery = await consumer.ReceiveAsync();
            Assert.Equal(1, delivery.DeliveryCount);
            Assert.True(await consumer.Receiver.ReleaseAsync(delivery.Token, TimeSpan.Zero, counted: false));
        }

        await AcknowledgeAsync(await consumer.ReceiveAsync());
    }

    [Fact]
    public async Task SecondSettlementDoesNothing()
    {
        await PublishAsync("a");
        await using var consumer = await OpenAsync();
        var delivery = await consumer.ReceiveAsync();
        await AcknowledgeAsync(delivery);
        Assert.False(await consumer.Receiver.AcknowledgeAsync(delivery.Token));
        Assert.False(await consumer.Receiver.ReleaseAsync(delivery.Token, TimeSpan.Zero));
        Assert.False(await consumer.Receiver.DeadLetterAsync(delivery.Token, DeadLetterReason.Poisonous, "twice"));
        await AssertNothingReadyAsync(consumer);
    }

    [Theory]
    [InlineData(0L)]
    [InlineData(-1L)]
    [InlineData(long.MinValue)]
    [InlineData(long.MaxValue)]
    public async Task UnknownTokenIsRefused(long token)
    {
        await PublishAsync("a");
        await using var consumer = await OpenAsync();
        Assert.False(await consumer.Receiver.AcknowledgeAsync(token));
        Assert.False(await consumer.Receiver.ReleaseAsync(token, TimeSpan.Zero));
        await AcknowledgeAsync(await consumer.ReceiveAsync());
    }

    [Fact]
    public async Task CompetingReceiversGetEachMessageOnce()
    {
        await using var left = await OpenAsync(10);
        await using var right = await OpenAsync(10);
        await PublishManyAsync(20);
        var deliveries = (await left.ReceiveAsync(10)).Concat(await right.ReceiveAsync(10)).ToArray();
        Assert.Equal(20, Texts(deliveries).Distinct().Count());
        await AcknowledgeAsync(deliveries);
        await AssertNothingReadyAsync(left);
        await AssertNothingReadyAsync(right);
    }

    [Fact]
    public async Task IdleReceiverIsToldWhatABusyOneGivesBack()
    {
        await using var busy = await OpenAsync(1);
        await using var idle = await OpenAsync(1);
        await PublishAsync("a");
        var delivery = await busy.ReceiveAsync();
        await AssertNothingReadyAsync(idle);
        Assert.True(await busy.Receiver.ReleaseAsync(delivery.Token, TimeSpan.Zero));
        await AcknowledgeAsync(await idle.ReceiveAsync());
    }

    [Fact]
    public async Task NothingIsLostUnderConcurrency()
    {
        const int Publishers = 2;
        const int Each = 2_000;
        await using var left = await OpenAsync(16);
        await using var right = await OpenAsync(16);
        using var done = new CancellationTokenSource();
        var seen = new System.Collections.Concurrent.ConcurrentDictionary<string, int>();
        var acknowledged = 0;

        async Task Consume(TestConsumer consumer, int seed)
        {
            var random = new Random(seed);
            var burst = new Delivery[8];
            while (Volatile.Read(ref acknowledged) < Publishers * Each)
            {
                var count = consumer.Receiver.TryReceive(burst);
                for (var i = 0; i < count; i++)
                {
                    seen.AddOrUpdate(Text(in burst[i]), 1, (_, times) => times + 1);
                    if (random.Next(10) == 0)
                    {
                        Assert.True(await consumer.Receiver.ReleaseAsync(burst[i].Token, TimeSpan.Zero));
                    }
                    else
                    {
                        Assert.True(await consumer.Receiver.AcknowledgeAsync(burst[i].Token));
                        if (Interlocked.Increment(ref acknowledged) == Publishers * Each)
                        {
                            await done.CancelAsync();
                        }
                    }
                }

                if (count == 0)
                {
                    try
                    {
                        Assert.True(await consumer.Signal.WaitAsync(Wait.Patience, done.Token), "No signal: a lost wake-up.");
                    }
                    catch (OperationCanceledException)
                    {
                        return;
                    }
                }
            }
        }

        var consumers = new[] { Task.Run(() => Consume(left, 1)), Task.Run(() => Consume(right, 2)) };
        var publishers = Enumerable.Range(0, Publishers).Select(p => Task.Run(() => PublishManyAsync(Each, $"p{p}-")));
        await Task.WhenAll(publishers.Concat(consumers));
        Assert.Equal(Publishers * Each, seen.Count);
        var length = await LengthAsync();
        Assert.Equal((0, 0), (length.Ready, length.InFlight));
    }
}
