using HighPerf.Transports;
using Xunit;

namespace HighPerf.TestKit.Conformance;

/// <summary>Lengths: D17.</summary>
/// <typeparam name="TFixture">The transport's fixture.</typeparam>
public abstract class LengthConformance<TFixture> : TransportConformance<TFixture>
    where TFixture : TransportFixture, new()
{
    [Fact]
    public async Task CountsWhatIsWhere()
    {
        Assert.Equal(new QueueLength(0, 0, 0, 0), await LengthAsync());
        await PublishManyAsync(10);
        await PublishAsync("later", delay: TimeSpan.FromMinutes(1));
        await using var consumer = await OpenAsync();
        var deliveries = await consumer.ReceiveAsync(4);
        await consumer.Receiver.DeadLetterAsync(deliveries[0].Token, DeadLetterReason.Poisonous, "x");
        await consumer.Receiver.ReleaseAsync(deliveries[1].Token, TimeSpan.FromMinutes(1));
        await consumer.Receiver.ReleaseAsync(deliveries[2].Token, TimeSpan.Zero);
        var length = await LengthAsync();
        Assert.Equal((7, 2, 1, 1), (length.Ready, length.Delayed, length.InFlight, length.Dead));
        await AcknowledgeAsync(deliveries[3]);
        Assert.Equal(0, (await LengthAsync()).InFlight);
    }

    [Fact]
    public async Task TellsTheAgeOfTheOldest()
    {
        // Not older than it is: on a busy machine that is more than what was waited for.
        var beforeA = Fixture.Clock.GetUtcNow();
        await PublishAsync("a");
        await Fixture.PassAsync(TimeSpan.FromSeconds(3));
        var beforeB = Fixture.Clock.GetUtcNow();
        await PublishAsync("b");
        await Fixture.PassAsync(TimeSpan.FromSeconds(2));
        var age = (await LengthAsync()).OldestReady;
        if (!Fixture.TellsAge)
        {
            Assert.Null(age);
            return;
        }

        Assert.NotNull(age);
        Assert.InRange(age.Value, TimeSpan.FromSeconds(5), Fixture.Clock.GetUtcNow() - beforeA + TimeSpan.FromSeconds(1));
        await using var consumer = await OpenAsync();
        await AcknowledgeAsync(await consumer.ReceiveAsync());
        age = (await LengthAsync()).OldestReady;
        Assert.InRange(age!.Value, TimeSpan.FromSeconds(2), Fixture.Clock.GetUtcNow() - beforeB + TimeSpan.FromSeconds(1));
        await AcknowledgeAsync(await consumer.ReceiveAsync());
        Assert.Null((await LengthAsync()).OldestReady);
    }
}
