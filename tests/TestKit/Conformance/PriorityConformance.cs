using HighPerf.Transports;
using Xunit;

namespace HighPerf.TestKit.Conformance;

/// <summary>Priority classes are served 8 : 4 : 1: D12.</summary>
/// <typeparam name="TFixture">The transport's fixture.</typeparam>
public abstract class PriorityConformance<TFixture> : TransportConformance<TFixture>
    where TFixture : TransportFixture, new()
{
    [Fact]
    public async Task ServedByWeight()
    {
        await PublishManyAsync(100, "l", MessagePriority.Low);
        await PublishManyAsync(100, "n", MessagePriority.Normal);
        await PublishManyAsync(100, "h", MessagePriority.High);
        await using var consumer = await OpenAsync();
        var served = new Dictionary<char, int> { ['h'] = 0, ['n'] = 0, ['l'] = 0 };
        for (var i = 0; i < 130; i++)
        {
            var delivery = await consumer.ReceiveAsync();
            served[Text(in delivery)[0]]++;
            await AcknowledgeAsync(delivery);
            if (i % 13 == 12)
            {
                // Subject to prefetch: a broker that pushes has the time to.
                await Fixture.SettleAsync();
            }
        }

        Assert.InRange(served['h'], 72, 88);
        Assert.InRange(served['n'], 36, 44);
        Assert.InRange(served['l'], 9, 11);
        Assert.Equal(170, await Transport.PurgeAsync(Queue, includeDelayed: false, CancellationToken.None));
    }

    [Fact]
    public async Task HighOvertakesWhatIsWaiting()
    {
        await PublishManyAsync(50, "l", MessagePriority.Low);
        await PublishAsync("h", MessagePriority.High);
        await using var consumer = await OpenAsync();
        var deliveries = await consumer.ReceiveAsync(14);
        Assert.Contains("h", Texts(deliveries));
        await AcknowledgeAsync(deliveries);
    }

    [Fact]
    public async Task OneClassAloneIsServedInOrder()
    {
        await PublishManyAsync(30, "l", MessagePriority.Low);
        await using var consumer = await OpenAsync();
        var deliveries = await consumer.ReceiveAsync(30);
        Assert.Equal(Enumerable.Range(0, 30).Select(i => "l" + i), Texts(deliveries));
        await AcknowledgeAsync(deliveries);
    }
}
