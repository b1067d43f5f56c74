using HighPerf.Transports;
using Xunit;

namespace HighPerf.TestKit.Conformance;

/// <summary>Purge: D16.</summary>
/// <typeparam name="TFixture">The transport's fixture.</typeparam>
public abstract class PurgeConformance<TFixture> : TransportConformance<TFixture>
    where TFixture : TransportFixture, new()
{
    [Fact]
    public async Task RemovesReadyAndLeavesWhatIsOut()
    {
        await PublishManyAsync(5);
        await PublishAsync("later", delay: TimeSpan.FromSeconds(1));
        await using var consumer = await OpenAsync();
        var held = await consumer.ReceiveAsync(2);
        Assert.Equal(3, await Transport.PurgeAsync(Queue, includeDelayed: false, CancellationToken.None));
        var length = await LengthAsync();
        Assert.Equal((0, 1, 2), (length.Ready, length.Delayed, length.InFlight));
        await AcknowledgeAsync(held);
        await Fixture.PassAsync(TimeSpan.FromSeconds(1));
        await AcknowledgeAsync(await consumer.ReceiveAsync());
    }

    [Fact]
    public async Task RemovesDelayedWhenAsked()
    {
        await PublishManyAsync(2);
        await PublishAsync("later", delay: TimeSpan.FromSeconds(1));
        Assert.Equal(3, await Transport.PurgeAsync(Queue, includeDelayed: true, CancellationToken.None));
        await Fixture.PassAsync(TimeSpan.FromSeconds(2));
        await using var consumer = await OpenAsync();
        await AssertNothingReadyAsync(consumer);
        Assert.Equal(0, await Transport.PurgeAsync(Queue, includeDelayed: true, CancellationToken.None));
    }

    [Fact]
    public async Task DoesNotSwallowLaterPublishes()
    {
        await PublishAsync("before");
        await Transport.PurgeAsync(Queue, includeDelayed: true, CancellationToken.None);
        await PublishAsync("after");
        await using var consumer = await OpenAsync();
        var delivery = await consumer.ReceiveAsync();
        Assert.Equal("after", Text(in delivery));
        await AcknowledgeAsync(delivery);
    }
}
