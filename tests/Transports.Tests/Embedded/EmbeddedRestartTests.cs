using HighPerf.Journal;
using HighPerf.TestKit;

namespace HighPerf.Transports.Tests.Embedded;

/// <summary>What is there after the end of a process, a good one and a bad one.</summary>
public sealed class EmbeddedRestartTests
{
    private static readonly TimeSpan s_second = TimeSpan.FromSeconds(1);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Accepted_is_there_in_order_and_acknowledged_is_not(bool crash)
    {
        await using var place = await Place.CreateAsync();
        for (var i = 0; i < 50; i++)
        {
            await place.PublishAsync("m" + i);
        }

        await place.PublishAsync("elsewhere", queue: "another queue");
        var consumer = await place.OpenAsync();
        foreach (var delivery in (await consumer.ReceiveAsync(20)).Where(static (_, i) => i % 2 == 0))
        {
            Assert.True(await consumer.Receiver.AcknowledgeAsync(delivery.Token));
        }

        await End(place, crash);
        await using var again = await place.OpenAsync();
        var expected = Enumerable.Range(0, 50).Where(static i => i >= 20 || i % 2 == 1).Select(static i => "m" + i);
        var deliveries = await again.ReceiveAsync(40);
        Assert.Equal(expected, Place.Texts(deliveries));

        // A good end gives back what was not started; a bad one leaves it started.
        Assert.All(deliveries.Take(10), delivery => Assert.Equal(crash ? 2 : 1, delivery.DeliveryCount));
        Assert.All(deliveries.Skip(10), static delivery => Assert.Equal(1, delivery.DeliveryCount));
        await using var other = await place.OpenAsync(queue: "another queue");
        Assert.Equal(["elsewhere"], Place.Texts(await other.ReceiveAsync(1)));
    }

    [Fact]
    public async Task Starts_are_counted_over_any_number_of_crashes()
    {
        await using var place = await Place.CreateAsync();
        await place.PublishAsync("kills its process");
        for (var start = 1; start <= 6; start++)
        {
            var consumer = await place.OpenAsync();
            Assert.Equal(start, (await consumer.ReceiveAsync()).DeliveryCount);
            await place.CrashAsync();
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_released_message_is_what_it_was(bool crash)
    {
        await using var place = await Place.CreateAsync();
        await place.PublishAsync("counted");
        await place.PublishAsync("not counted");
        await place.PublishAsync("delayed");
        var consumer = await place.OpenAsync();
        var deliveries = await consumer.ReceiveAsync(3);
        Assert.True(await consumer.Receiver.ReleaseAsync(deliveries[2].Token, s_second * 10));
        Assert.True(await consumer.Receiver.ReleaseAsync(deliveries[1].Token, TimeSpan.Zero, counted: false));
        Assert.True(await consumer.Receiver.ReleaseAsync(deliveries[0].Token, TimeSpan.Zero));
        await End(place, crash);
        await using var again = await place.OpenAsync();
        Assert.Equal((2, 1), ((await place.LengthAsync()).Ready, (await place.LengthAsync()).Delayed));
        deliveries = await again.ReceiveAsync(2);
        Assert.Equal(["counted", "not counted"], Place.Texts(deliveries));
        Assert.Equal([2, 1], Array.ConvertAll(deliveries, static delivery => delivery.DeliveryCount));
        Assert.Empty(again.TryReceive(1));
        place.Clock.Advance(s_second * 10);
        Assert.Equal(2, (await again.ReceiveAsync()).DeliveryCount);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Delays_priorities_and_expiry_survive(bool crash)
    {
        await using var place = await Place.CreateAsync();
        await place.PublishAsync("low", MessagePriority.Low);
        await place.PublishAsync("later", delay: s_second * 5);
        await place.PublishAsync("past", delay: s_second);
        await place.PublishAsync("short", lifetime: s_second);
        await place.PublishAsync("high", MessagePriority.High);
        await End(place, crash);
        place.Clock.Advance(s_second * 2);
        await using var consumer = await place.OpenAsync();
        Assert.Equal(["high", "past", "low"], Place.Texts(await consumer.ReceiveAsync(3)));
        Assert.Empty(consumer.TryReceive(1));
        Assert.Equal("short", System.Text.Encoding.UTF8.GetString(Assert.Single(await place.DeadAsync()).Bytes.Span));
        place.Clock.Advance(s_second * 3);
        Assert.Equal(["later"], Place.Texts(await consumer.ReceiveAsync(1)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Dead_letters_survive_and_so_does_their_replay(bool crash)
    {
        await using var place = await Place.CreateAsync();
        await place.PublishAsync("one");
        await place.PublishAsync("two");
        var consumer = await place.OpenAsync();
        foreach (var delivery in await consumer.ReceiveAsync(2))
        {
            Assert.True(await consumer.Receiver.DeadLetterAsync(delivery.Token, DeadLetterReason.Undecodable, "naïve: not décodable"));
        }

        var before = await place.DeadAsync();
        await End(place, crash);
        var after = await place.DeadAsync();
        Assert.Equal(before.Select(static l => (Convert.ToHexString(l.Bytes.Span), l.Reason, l.Description, l.DeliveryCount, l.At)), after.Select(static l => (Convert.ToHexString(l.Bytes.Span), l.Reason, l.Description, l.DeliveryCount, l.At)));
        Assert.Equal(1, await place.Transport.ReplayDeadLettersAsync(Place.Queue, 1, CancellationToken.None));
        await End(place, crash);
        Assert.Single(await place.DeadAsync());
        await using var again = await place.OpenAsync();
        var replayed = await again.ReceiveAsync();
        Assert.Equal(("one", 1), (TestConsumer.Text(in replayed), replayed.DeliveryCount));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_purge_survives(bool crash)
    {
        await using var place = await Place.CreateAsync();
        for (var i = 0; i < 5; i++)
        {
            await place.PublishAsync("m" + i, key: i > 2 ? "k" : null);
        }

        await place.PublishAsync("later", delay: s_second);
        Assert.Equal(6, await place.Transport.PurgeAsync(Place.Queue, includeDelayed: true, CancellationToken.None));
        await End(place, crash);
        var length = await place.LengthAsync();
        Assert.Equal((0, 0), (length.Ready, length.Delayed));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_key_that_a_retry_holds_is_still_held(bool crash)
    {
        await using var place = await Place.CreateAsync();
        await place.PublishAsync("k1", key: "k");
        await place.PublishAsync("k2", key: "k");
        await place.PublishAsync("free");
        var consumer = await place.OpenAsync();
        var first = await consumer.ReceiveAsync();
        Assert.True(await consumer.Receiver.ReleaseAsync(first.Token, s_second));
        await End(place, crash);
        await using var again = await place.OpenAsync();
        Assert.Equal(["free"], Place.Texts(await again.ReceiveAsync(1)));
        Assert.Empty(again.TryReceive(1));
        place.Clock.Advance(s_second);
        var retry = await again.ReceiveAsync();
        Assert.Equal("k1", TestConsumer.Text(in retry));
        Assert.True(await again.Receiver.AcknowledgeAsync(retry.Token));
        Assert.Equal(["k2"], Place.Texts(await again.ReceiveAsync(1)));
    }

    [Fact]
    public async Task A_lapsed_lease_is_one_message_still()
    {
        await using var place = await Place.CreateAsync();
        await place.PublishAsync("slow");
        var consumer = await place.OpenAsync();
        var stale = await consumer.ReceiveAsync();
        place.Clock.Advance(TimeSpan.FromSeconds(31));
        var current = await consumer.ReceiveAsync();
        Assert.False(await consumer.Receiver.AcknowledgeAsync(stale.Token));
        await place.CrashAsync();
        consumer = await place.OpenAsync();
        current = await consumer.ReceiveAsync();
        Assert.Equal(3, current.DeliveryCount);
        Assert.True(await consumer.Receiver.AcknowledgeAsync(current.Token));
        await place.CrashAsync();
        Assert.Equal(0, (await place.LengthAsync()).Ready);
    }

    [Fact]
    public async Task A_long_name_and_a_long_key_and_a_large_body()
    {
        var queue = new string('q', 700);
        var key = new string('ä', 900);
        var text = new string('x', 300_000);
        await using var place = await Place.CreateAsync();
        await place.PublishAsync(text, key: key, queue: queue);
        await place.RestartAsync();
        await using var consumer = await place.OpenAsync(queue: queue);
        Assert.Equal([text], Place.Texts(await consumer.ReceiveAsync(1)));
    }

    [Fact]
    public async Task A_full_queue_is_full_after_a_restart()
    {
        await using var place = await Place.CreateAsync(static options => options.Capacity = 3);
        for (var i = 0; i < 3; i++)
        {
            await place.PublishAsync("m" + i);
        }

        await place.RestartAsync();
        var waiting = place.TryPublishAsync("m3").AsTask();
        Assert.False(waiting.IsCompleted);
        await using var consumer = await place.OpenAsync();
        _ = await consumer.ReceiveAsync();
        Assert.True((await waiting.WaitAsync(Wait.Patience)).IsAccepted);
    }

    [Fact]
    public async Task Two_transports_do_not_share_a_directory()
    {
        await using var place = await Place.CreateAsync();
        var second = new EmbeddedTransport("second", new EmbeddedTransportOptions { Path = place.Path });
        var error = await Assert.ThrowsAsync<JournalException>(async () => await second.StartAsync(CancellationToken.None));
        Assert.Contains(place.Path, error.Message, StringComparison.Ordinal);
        await second.DisposeAsync();
    }

    [Fact]
    public async Task Nothing_is_accepted_before_there_is_a_journal()
    {
        await using var place = await Place.CreateAsync();
        var transport = new EmbeddedTransport("early", new EmbeddedTransportOptions { Path = place.Path + "2" }, null, null, place.Buffers.Pool);
        var message = new OutgoingMessage { Bytes = place.Buffers.Rent("early"u8), Id = MessageId.New() };
        var outcome = await transport.PublishAsync(transport.GetDestination("q"), in message, CancellationToken.None);
        Assert.Equal(PublishStatus.Rejected, outcome.Status);
        Assert.Contains("not started", outcome.Reason, StringComparison.Ordinal);
        await transport.DisposeAsync();
    }

    [Fact]
    public void A_level_that_one_disk_cannot_give_is_refused_and_so_is_no_path()
    {
        Assert.Throws<ArgumentOutOfRangeException>(static () => new EmbeddedTransport("e", new EmbeddedTransportOptions { Path = "x", Durability = DurabilityLevel.Replicated }));
        Assert.ThrowsAny<ArgumentException>(static () => new EmbeddedTransport("e", new EmbeddedTransportOptions()));
    }

    /// <summary>A model of a queue beside a queue, over hundreds of ends.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Whatever_is_done_is_still_done_after_any_end(int seed)
    {
        var random = new Random(seed);
        await using var place = await Place.CreateAsync(static options =>
        {
            options.SegmentBytes = 4096;
            options.Durability = DurabilityLevel.Process;
        });
        var there = new HashSet<string>();
        var dead = new HashSet<string>();
        var next = 0;
        for (var round = 0; round < 60; round++)
        {
            var consumer = await place.OpenAsync(8);
            for (var step = 0; step < 30; step++)
            {
                if (random.Next(2) == 0)
                {
                    var text = $"{next++} {new string('.', random.Next(100))}";
                    await place.PublishAsync(text, (MessagePriority)random.Next(3), key: random.Next(3) == 0 ? "k" + random.Next(2) : null);
                    there.Add(text);
                    continue;
                }

                foreach (var delivery in consumer.TryReceive(4))
                {
                    var text = TestConsumer.Text(in delivery);
                    Assert.Contains(text, there);
                    switch (random.Next(6))
                    {
                        case 0:
                            Assert.True(await consumer.Receiver.ReleaseAsync(delivery.Token, TimeSpan.Zero));
                            break;
                        case 1:
                            Assert.True(await consumer.Receiver.DeadLetterAsync(delivery.Token, DeadLetterReason.Poisonous, "model"));
                            there.Remove(text);
                            dead.Add(text);
                            break;
                        case 2:
                            break;
                        default:
                            Assert.True(await consumer.Receiver.AcknowledgeAsync(delivery.Token));
                            there.Remove(text);
                            break;
                    }
                }
            }

            await End(place, random.Next(2) == 0);
            var length = await place.LengthAsync();
            Assert.Equal((there.Count, dead.Count), (length.Ready, length.Dead));
        }

        Assert.InRange(place.Transport.Statistics!.Value.DiskBytes, 0, (2 * place.Transport.Statistics!.Value.LiveBytes) + (4 * 4096));
        await using var last = await place.OpenAsync(1);
        for (var i = there.Count; i > 0; i--)
        {
            var delivery = await last.ReceiveAsync();
            Assert.True(there.Remove(TestConsumer.Text(in delivery)));
            Assert.True(await last.Receiver.AcknowledgeAsync(delivery.Token));
        }
    }

    private static Task End(Place place, bool crash) => crash ? place.CrashAsync() : place.RestartAsync();
}
