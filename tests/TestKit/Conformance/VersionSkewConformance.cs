using System.Buffers;
using HighPerf.Transports;
using Xunit;

namespace HighPerf.TestKit.Conformance;

/// <summary>What nobody here can read survives byte for byte, whatever is done with it: D22. That the runtime parks it is in the failpoint sweeps, on every transport.</summary>
/// <typeparam name="TFixture">The transport's fixture.</typeparam>
public abstract class VersionSkewConformance<TFixture> : TransportConformance<TFixture>
    where TFixture : TransportFixture, new()
{
    /// <summary>Every byte there is, twice, ends of lines and of frames among them; in front what looks like an envelope of tomorrow.</summary>
    private static readonly byte[] s_bytes = [2, 9, .. "\r\n\r\n\0\n+OK\r\n"u8, .. Enumerable.Range(0, 512).Select(static i => (byte)i), 0, 0];

    [Fact]
    public async Task BytesSurviveRetryDeadLetterAndReplay()
    {
        await PublishBytesAsync(s_bytes);
        await using var consumer = await OpenAsync();
        var first = await ReceiveSameAsync(consumer, count: 1);
        Assert.True(await consumer.Receiver.ReleaseAsync(first.Token, TimeSpan.Zero));
        var second = await ReceiveSameAsync(consumer, count: 2);
        var delay = TimeSpan.FromMilliseconds(300);
        Assert.True(await consumer.Receiver.ReleaseAsync(second.Token, delay));
        await Fixture.PassAsync(delay);
        var third = await ReceiveSameAsync(consumer, count: 3);
        Assert.True(await consumer.Receiver.DeadLetterAsync(third.Token, DeadLetterReason.Undecodable, "of tomorrow"));
        var letter = Assert.Single(await Transport.BrowseDeadLettersAsync(Queue, 10, CancellationToken.None));
        Assert.Equal(s_bytes, letter.Bytes.ToArray());
        Assert.Equal(1, await Transport.ReplayDeadLettersAsync(Queue, 10, CancellationToken.None));
        await AcknowledgeAsync(await ReceiveSameAsync(consumer, count: 1));
    }

    [Fact]
    public async Task BytesSurviveALapsedLease()
    {
        await PublishBytesAsync(s_bytes);
        await using var consumer = await OpenAsync();
        _ = await ReceiveSameAsync(consumer, count: 1);
        await Fixture.PassAsync(Fixture.Lease + TimeSpan.FromMilliseconds(1));
        await AcknowledgeAsync(await ReceiveSameAsync(consumer, count: 2));
    }

    [Fact]
    public async Task TheSmallestMessagesAreMessages()
    {
        foreach (var bytes in (byte[][])[[0], [10], [13, 10], [255]])
        {
            await PublishBytesAsync(bytes);
            await using var consumer = await OpenAsync(1);
            var delivery = await consumer.ReceiveAsync();
            Assert.Equal(bytes, delivery.Bytes.ToArray());
            await AcknowledgeAsync(delivery);
        }
    }

    private static async Task<Delivery> ReceiveSameAsync(TestConsumer consumer, int count)
    {
        var delivery = await consumer.ReceiveAsync();
        Assert.Equal(s_bytes, delivery.Bytes.ToArray());
        Assert.Equal(count, delivery.DeliveryCount);
        return delivery;
    }

    private async Task PublishBytesAsync(byte[] bytes)
    {
        var buffer = Transport.Rent();
        buffer.Write(bytes);
        var outcome = await Transport.PublishAsync(Transport.GetDestination(Queue), new OutgoingMessage { Bytes = buffer, Id = MessageId.New(Fixture.Clock) }, CancellationToken.None);
        Assert.True(outcome.IsAccepted, outcome.Reason);
    }
}
