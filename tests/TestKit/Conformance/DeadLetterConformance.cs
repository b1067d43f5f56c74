using HighPerf.Transports;
using Xunit;

namespace HighPerf.TestKit.Conformance;

/// <summary>Dead letters keep bytes, reason and count, and can be replayed: D9.</summary>
/// <typeparam name="TFixture">The transport's fixture.</typeparam>
public abstract class DeadLetterConformance<TFixture> : TransportConformance<TFixture>
    where TFixture : TransportFixture, new()
{
    [Fact]
    public async Task DeadLetterKeepsWhatItWas()
    {
        await PublishAsync("poison");
        await using var consumer = await OpenAsync();
        var first = await consumer.ReceiveAsync();
        await consumer.Receiver.ReleaseAsync(first.Token, TimeSpan.Zero);
        var second = await consumer.ReceiveAsync();
        Assert.True(await consumer.Receiver.DeadLetterAsync(second.Token, DeadLetterReason.Poisonous, "cannot be read"));
        await AssertNothingReadyAsync(consumer);
        var letter = Assert.Single(await Transport.BrowseDeadLettersAsync(Queue, 10, CancellationToken.None));
        Assert.Equal("poison"u8.ToArray(), letter.Bytes.ToArray());
        Assert.Equal(DeadLetterReason.Poisonous, letter.Reason);
        Assert.Equal("cannot be read", letter.Description);
        Assert.Equal(2, letter.DeliveryCount);
        Assert.Equal(Fixture.Clock.GetUtcNow(), letter.At, TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task ReplayStartsANewSeries()
    {
        await PublishManyAsync(3);
        await using var consumer = await OpenAsync();
        foreach (var delivery in await consumer.ReceiveAsync(3))
        {
            Assert.True(await consumer.Receiver.DeadLetterAsync(delivery.Token, DeadLetterReason.AttemptsExhausted, "enough"));
        }

        Assert.Equal(2, await Transport.ReplayDeadLettersAsync(Queue, 2, CancellationToken.None));
        var replayed = await consumer.ReceiveAsync(2);
        Assert.Equal(["m0", "m1"], Texts(replayed));
        Assert.All(replayed, delivery => Assert.Equal(1, delivery.DeliveryCount));
        Assert.Equal(1, (await LengthAsync()).Dead);
        await AcknowledgeAsync(replayed);
        Assert.Equal(1, await Transport.ReplayDeadLettersAsync(Queue, 10, CancellationToken.None));
        await AcknowledgeAsync(await consumer.ReceiveAsync());
        Assert.Equal(0, await Transport.ReplayDeadLettersAsync(Queue, 10, CancellationToken.None));
    }

    [Fact]
    public async Task BrowseIsBoundedAndOldestFirst()
    {
        await PublishManyAsync(4);
        await using var consumer = await OpenAsync();
        foreach (var delivery in await consumer.ReceiveAsync(4))
        {
            await consumer.Receiver.DeadLetterAsync(delivery.Token, DeadLetterReason.Undecodable, "x");
        }

        var letters = await Transport.BrowseDeadLettersAsync(Queue, 2, CancellationToken.None);
        Assert.Equal(["m0", "m1"], letters.Select(letter => System.Text.Encoding.UTF8.GetString(letter.Bytes.Span)));
        Assert.Empty(await Transport.BrowseDeadLettersAsync(Queue, 0, CancellationToken.None));
    }
}
