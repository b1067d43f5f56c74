using System.Text;
using HighPerf.Transports;
using Xunit;

namespace HighPerf.TestKit.Conformance;

/// <summary>A window that drops repetitions is there or is not, as the transport says, and never drops what is no repetition: D15.</summary>
/// <typeparam name="TFixture">The transport's fixture.</typeparam>
public abstract class DeduplicationConformance<TFixture> : TransportConformance<TFixture>
    where TFixture : TransportFixture, new()
{
    protected override TransportLimits Limits => new() { DeduplicationWindow = TimeSpan.FromMinutes(1) };

    private bool IsThere => Transport.Capabilities[TransportFeature.Deduplication].IsThere;

    [Fact]
    public async Task TheSameIdTwiceIsOneDeliveryWhereItIsSaidAndTwoWhereNot()
    {
        var id = MessageId.New();
        await PublishAsync("first", id);
        await PublishAsync("again", id);
        await PublishAsync("other", MessageId.New());
        string[] expected = IsThere ? ["first", "other"] : ["first", "again", "other"];
        await AssertComeAsync(expected);
    }

    [Fact]
    public async Task ARepetitionAfterItWasRunIsDroppedToo()
    {
        var id = MessageId.New();
        await PublishAsync("first", id);
        await AssertComeAsync("first");
        await PublishAsync("again", id);
        await PublishAsync("other", MessageId.New());
        string[] expected = IsThere ? ["other"] : ["again", "other"];
        await AssertComeAsync(expected);
    }

    [Fact]
    public async Task ARetryHasTheIdOfItsMessageAndIsNoRepetition()
    {
        var id = MessageId.New();
        await PublishAsync("first", id);
        await PublishAsync("second", id, attempt: 1);
        await PublishAsync("third", id, attempt: 2, delay: TimeSpan.FromMilliseconds(300));
        await Fixture.PassAsync(TimeSpan.FromMilliseconds(300));
        await AssertComeAsync("first", "second", "third");
    }

    [Fact]
    public async Task APurgeForgets()
    {
        var id = MessageId.New();
        await PublishAsync("first", id);
        Assert.Equal(1, await Transport.PurgeAsync(Queue, includeDelayed: true, CancellationToken.None));
        await PublishAsync("again", id);
        await AssertComeAsync("again");
    }

    private async Task AssertComeAsync(params string[] expected)
    {
        await using var consumer = await OpenAsync();
        var deliveries = await consumer.ReceiveAsync(expected.Length);
        Assert.Equal(expected.Order(), Texts(deliveries).Order());
        await AcknowledgeAsync(deliveries);
        await AssertNothingReadyAsync(consumer);
    }

    private async Task PublishAsync(string text, MessageId id, ushort attempt = 0, TimeSpan delay = default)
    {
        var buffer = Transport.Rent();
        buffer.Write(Encoding.UTF8.GetBytes(text));
        var message = new OutgoingMessage
        {
            Bytes = buffer,
            Id = id,
            Attempt = attempt,
            NotBeforeTicks = delay == default ? 0 : Fixture.Clock.GetUtcNow().UtcTicks + delay.Ticks,
            IsFollowUp = attempt > 0,
        };
        var outcome = await Transport.PublishAsync(Transport.GetDestination(Queue), in message, CancellationToken.None);
        Assert.True(outcome.IsAccepted, outcome.Reason);
    }
}
