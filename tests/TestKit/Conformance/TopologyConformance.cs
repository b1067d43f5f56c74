using HighPerf.Transports;
using Xunit;

namespace HighPerf.TestKit.Conformance;

/// <summary>Queues are declared if absent and compared; what is there is never changed or deleted by who starts: D20.</summary>
/// <typeparam name="TFixture">The transport's fixture.</typeparam>
public abstract class TopologyConformance<TFixture> : TransportConformance<TFixture>
    where TFixture : TransportFixture, new()
{
    [Fact]
    public async Task ManyThatDeclareAtOnceDeclareTheSame()
    {
        const int Processes = 4;
        var peers = await Task.WhenAll(Enumerable.Range(0, Processes).Select(_ => Fixture.StartAsync()));
        var outcomes = await Task.WhenAll(peers.Select((peer, i) => PublishByAsync(peer, "m" + i)));
        Assert.All(outcomes, static outcome => Assert.True(outcome.IsAccepted, outcome.Reason));
        await using var consumer = await OpenAsync();
        var deliveries = await consumer.ReceiveAsync(Processes);
        Assert.Equal(["m0", "m1", "m2", "m3"], Texts(deliveries).Order());
        await AcknowledgeAsync(deliveries);
    }

    [Fact]
    public async Task OtherOptionsAreRefusedOrTakenForTheirOwnerAndChangeNothingThatIsThere()
    {
        const int Before = 3;
        const int Fewer = 5;
        await PublishManyAsync(Before);
        var other = await Fixture.StartAsync(new TransportLimits { Capacity = Fewer });
        var expected = new List<string> { "m0", "m1", "m2" };
        var outcome = await PublishByAsync(other, "other");
        if (outcome.IsAccepted)
        {
            expected.Add("other");
        }
        else
        {
            // Clearly: which object, and what of it.
            Assert.Equal(PublishStatus.Rejected, outcome.Status);
            Assert.Contains(Queue, outcome.Reason, StringComparison.Ordinal);
            var refusal = await Assert.ThrowsAnyAsync<HighPerfException>(() => TestConsumer.OpenAsync(other, Queue));
            Assert.Contains(Queue, refusal.Message, StringComparison.Ordinal);
        }

        // The first one's bound is still the first one's.
        for (var i = 0; i < Fewer * 2; i++)
        {
            await PublishAsync("more" + i);
            expected.Add("more" + i);
        }

        await using var consumer = await OpenAsync();
        var deliveries = await consumer.ReceiveAsync(expected.Count);
        Assert.Equal(expected.Order(), Texts(deliveries).Order());
        await AcknowledgeAsync(deliveries);
    }

    private Task<PublishOutcome> PublishByAsync(Transport transport, string text)
    {
        var buffer = transport.Rent();
        buffer.Write(System.Text.Encoding.UTF8.GetBytes(text));
        return transport.PublishAsync(transport.GetDestination(Queue), new OutgoingMessage { Bytes = buffer, Id = MessageId.New() }, CancellationToken.None).AsTask();
    }
}
