using HighPerf.Transports;
using Xunit;

namespace HighPerf.TestKit.Conformance;

/// <summary>Delayed delivery: never early, in the order of the instants: D11.</summary>
/// <typeparam name="TFixture">The transport's fixture.</typeparam>
public abstract class DelayConformance<TFixture> : TransportConformance<TFixture>
    where TFixture : TransportFixture, new()
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task NotBeforeItsInstant()
    {
        await using var consumer = await OpenAsync();
        await PublishAsync("later", delay: s_second * 2);
        await AssertNothingReadyAsync(consumer);
        await Fixture.PassAsync(s_second);
        await AssertNothingReadyAsync(consumer);
        await Fixture.PassAsync(s_second);
        await AcknowledgeAsync(await consumer.ReceiveAsync());
    }

    [Fact]
    public async Task AShortDelayIsNotBlockedByALongOne()
    {
        await using var consumer = await OpenAsync();
        await PublishAsync("c", delay: s_second * 3);
        await PublishAsync("a", delay: s_second);
        await PublishAsync("b", delay: s_second * 2);
        await PublishAsync("now");
        Assert.Equal(3, (await LengthAsync()).Delayed);
        var order = new List<string>();
        for (var i = 0; i < 4; i++)
        {
            var delivery = await consumer.ReceiveAsync();
            order.Add(Text(in delivery));
            await AcknowledgeAsync(delivery);
            await Fixture.PassAsync(s_second);
        }

        Assert.Equal(["now", "a", "b", "c"], order);
    }

    [Fact]
    public async Task SameInstantKeepsTheOrder()
    {
        await using var consumer = await OpenAsync();
        for (var i = 0; i < 20; i++)
        {
            await PublishAsync("m" + i, delay: s_second);
        }

        await Fixture.PassAsync(s_second * 2);
        var deliveries = await consumer.ReceiveAsync(20);
        Assert.Equal(Enumerable.Range(0, 20).Select(i => "m" + i), Texts(deliveries));
        await AcknowledgeAsync(deliveries);
    }

    [Fact]
    public async Task ReleasedWithDelayWaitsAndHoldsNoPlace()
    {
        await PublishManyAsync(2);
        await using var consumer = await OpenAsync(1);
        var first = await consumer.ReceiveAsync();
        Assert.True(await consumer.Receiver.ReleaseAsync(first.Token, s_second));
        var second = await consumer.ReceiveAsync();
        Assert.Equal("m1", Text(in second));
        await AcknowledgeAsync(second);
        await AssertNothingReadyAsync(consumer);
        await Fixture.PassAsync(s_second);
        var again = await consumer.ReceiveAsync();
        Assert.Equal("m0", Text(in again));
        Assert.Equal(2, again.DeliveryCount);
        await AcknowledgeAsync(again);
    }

    [Fact]
    public async Task AnInstantInThePastIsNow()
    {
        await using var consumer = await OpenAsync();
        await PublishAsync("a", delay: -s_second);
        await AcknowledgeAsync(await consumer.ReceiveAsync());
    }
}
