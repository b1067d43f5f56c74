using HighPerf.Transports;
using Xunit;

namespace HighPerf.TestKit.Conformance;

/// <summary>Ordering keys: first in first out, one in flight per key, a retry blocks its key: D10.</summary>
/// <typeparam name="TFixture">The transport's fixture.</typeparam>
public abstract class OrderingKeyConformance<TFixture> : TransportConformance<TFixture>
    where TFixture : TransportFixture, new()
{
    [Fact]
    public async Task OneInFlightPerKey()
    {
        await PublishAsync("a1", key: "a");
        await PublishAsync("a2", key: "a");
        await PublishAsync("b1", key: "b");
        await PublishAsync("free");
        await using var consumer = await OpenAsync();
        var deliveries = await consumer.ReceiveAsync(3);

        // Between keys there is no order (D10).
        Array.Sort(deliveries, (left, right) => string.CompareOrdinal(Text(in left), Text(in right)));
        Assert.Equal(["a1", "b1", "free"], Texts(deliveries));
        await AssertNothingReadyAsync(consumer);
        Assert.Equal(1, (await LengthAsync()).Ready);
        await AcknowledgeAsync(deliveries[0]);
        var next = await consumer.ReceiveAsync();
        Assert.Equal("a2", Text(in next));
        await AcknowledgeAsync(next, deliveries[1], deliveries[2]);
    }

    [Fact]
    public async Task RetryBlocksItsKey()
    {
        await PublishAsync("a1", key: "a");
        await PublishAsync("a2", key: "a");
        await using var consumer = await OpenAsync();
        var first = await consumer.ReceiveAsync();
        await consumer.Receiver.ReleaseAsync(first.Token, TimeSpan.FromSeconds(1));
        await AssertNothingReadyAsync(consumer);
        await Fixture.PassAsync(TimeSpan.FromSeconds(1));
        var again = await consumer.ReceiveAsync();
        Assert.Equal("a1", Text(in again));
        await AssertNothingReadyAsync(consumer);
        Assert.True(await consumer.Receiver.DeadLetterAsync(again.Token, DeadLetterReason.Poisonous, "x"));
        await AcknowledgeAsync(await consumer.ReceiveAsync());
    }

    [Fact]
    public async Task LapsedLeaseKeepsTheOrder()
    {
        await PublishAsync("a1", key: "a");
        await PublishAsync("a2", key: "a");
        await using var consumer = await OpenAsync();
        var stale = await consumer.ReceiveAsync();
        await Fixture.PassAsync(Fixture.Lease + TimeSpan.FromMilliseconds(1));
        var again = await consumer.ReceiveAsync();
        Assert.Equal("a1", Text(in again));
        Assert.False(await consumer.Receiver.AcknowledgeAsync(stale.Token));
        await AssertNothingReadyAsync(consumer);
        await AcknowledgeAsync(again);
        await AcknowledgeAsync(await consumer.ReceiveAsync());
    }

    [Fact]
    public async Task ExpiredFreesItsKey()
    {
        await PublishAsync("a1", key: "a", lifetime: TimeSpan.FromSeconds(1));
        await PublishAsync("a2", key: "a");
        await Fixture.PassAsync(TimeSpan.FromSeconds(2));
        await using var consumer = await OpenAsync();
        var delivery = await consumer.ReceiveAsync();
        Assert.Equal("a2", Text(in delivery));
        await AcknowledgeAsync(delivery);
    }

    [Fact]
    public async Task PurgeFreesKeys()
    {
        for (var i = 0; i < 3; i++)
        {
            await PublishAsync("a" + i, key: "a");
            await PublishAsync("b" + i, key: "b");
        }

        await using var consumer = await OpenAsync();
        var held = await consumer.ReceiveAsync();
        Assert.Equal(5, await Transport.PurgeAsync(Queue, includeDelayed: true, CancellationToken.None));
        await PublishAsync("a9", key: "a");
        await PublishAsync("b9", key: "b");

        // Between keys there is no order (D10): which one is held is the broker's choice.
        var (own, other) = Text(in held)[0] == 'a' ? ("a9", "b9") : ("b9", "a9");
        var b = await consumer.ReceiveAsync();
        Assert.Equal(other, Text(in b));
        await AssertNothingReadyAsync(consumer);
        await AcknowledgeAsync(held);
        var a = await consumer.ReceiveAsync();
        Assert.Equal(own, Text(in a));
        await AcknowledgeAsync(a, b);
    }

    [Fact]
    public async Task OrderHoldsWithCompetingReceivers()
    {
        const int Keys = 5;
        const int Each = 60;
        await using var left = await OpenAsync(8);
        await using var right = await OpenAsync(8);
        for (var i = 0; i < Each; i++)
        {
            for (var key = 0; key < Keys; key++)
            {
                await PublishAsync($"{key}:{i}", key: "key" + key);
            }
        }

        var next = new int[Keys];
        var done = 0;
        async Task Consume(TestConsumer consumer)
        {
            var burst = new Delivery[8];
            while (Volatile.Read(ref done) < Keys * Each)
            {
                var count = consumer.Receiver.TryReceive(burst);
                for (var i = 0; i < count; i++)
                {
                    var parts = Text(in burst[i]).Split(':');
                    var key = int.Parse(parts[0], System.Globalization.CultureInfo.InvariantCulture);

                    // No lock and no interlocked: the transport lets only one of a key be out.
                    Assert.Equal(next[key], int.Parse(parts[1], System.Globalization.CultureInfo.InvariantCulture));
                    next[key]++;
                    Assert.True(await consumer.Receiver.AcknowledgeAsync(burst[i].Token));
                    Interlocked.Increment(ref done);
                }

                if (count == 0)
                {
                    // Short: the other consumer may have had the last one.
                    await consumer.Signal.WaitAsync(TimeSpan.FromMilliseconds(5));
                }
            }
        }

        await Task.WhenAll(Task.Run(() => Consume(left)), Task.Run(() => Consume(right))).WaitAsync(Wait.Patience);
        Assert.All(next, count => Assert.Equal(Each, count));
    }
}
