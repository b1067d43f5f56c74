using HighPerf.Transports;
using Xunit;

namespace HighPerf.TestKit.Conformance;

/// <summary>Many at once are many: published without waiting for each other, received in bursts, settled in any way and order.</summary>
/// <typeparam name="TFixture">The transport's fixture.</typeparam>
public abstract class BatchConformance<TFixture> : TransportConformance<TFixture>
    where TFixture : TransportFixture, new()
{
    private const int Count = 500;

    [Fact]
    public async Task WhatIsPublishedTogetherIsConfirmedEachAndDeliveredOnceInOrder()
    {
        await PublishTogetherAsync();
        await using var consumer = await OpenAsync(64);
        var texts = new List<string>();
        while (texts.Count < Count)
        {
            // A burst is never larger than what was asked for, whatever waits.
            var burst = consumer.TryReceive(7);
            texts.AddRange(Texts(burst));
            Assert.All(await SettleAsync(burst.Select(delivery => consumer.Receiver.AcknowledgeAsync(delivery.Token))), Assert.True);
            if (burst.Length == 0)
            {
                Assert.True(await consumer.Signal.WaitAsync(Wait.Patience), $"{texts.Count} of {Count} came.");
            }
        }

        Assert.Equal(Enumerable.Range(0, Count).Select(i => "m" + i), texts);
        await AssertNothingReadyAsync(consumer);
    }

    [Fact]
    public async Task OneBurstIsSettledInEveryWayAtOnce()
    {
        await PublishManyAsync(9);
        await using var consumer = await OpenAsync();
        var deliveries = await consumer.ReceiveAsync(9);
        Assert.All(
            await SettleAsync(deliveries.Reverse().Select((delivery, i) => (i % 3) switch
            {
                0 => consumer.Receiver.AcknowledgeAsync(delivery.Token),
                1 => consumer.Receiver.ReleaseAsync(delivery.Token, TimeSpan.Zero),
                _ => consumer.Receiver.DeadLetterAsync(delivery.Token, DeadLetterReason.Poisonous, "x"),
            })),
            Assert.True);
        var again = await consumer.ReceiveAsync(3);
        Assert.Equal(["m1", "m4", "m7"], Texts(again).Order());
        await AcknowledgeAsync(again);
        Assert.Equal(3, (await Transport.BrowseDeadLettersAsync(Queue, 10, CancellationToken.None)).Count);
        await AssertNothingReadyAsync(consumer);
    }

    [Fact]
    public async Task ATokenIsSettledOnceHoweverManyTry()
    {
        await PublishAsync("a");
        await using var consumer = await OpenAsync();
        var delivery = await consumer.ReceiveAsync();
        var results = await SettleAsync(Enumerable.Range(0, 4).Select(_ => consumer.Receiver.AcknowledgeAsync(delivery.Token)));
        Assert.Single(results, static settled => settled);
        await AssertNothingReadyAsync(consumer);
    }

    private static async Task<bool[]> SettleAsync(IEnumerable<ValueTask<bool>> settling) => await Task.WhenAll(settling.Select(static task => task.AsTask()).ToArray());

    private async Task PublishTogetherAsync()
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(0, Count).Select(i => TryPublishAsync("m" + i).AsTask()).ToArray());
        Assert.All(outcomes, static outcome => Assert.True(outcome.IsAccepted, outcome.Reason));
    }
}
