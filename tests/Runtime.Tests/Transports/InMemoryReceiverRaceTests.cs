using HighPerf.TestKit;
using HighPerf.Transports;
using Xunit;

namespace HighPerf.Tests.Transports;

/// <summary>What a receiver does while its entries are freed, its lease timer fires, or it is disposed. Bounded in rounds; a lost wake-up shows as patience that runs out.</summary>
public sealed class InMemoryReceiverRaceTests : IDisposable
{
    private static readonly TimeSpan s_lease = TimeSpan.FromSeconds(1);

    private readonly TrackingBufferPool _buffers = new(captureStacks: false);
    private readonly ManualTimeProvider _clock = new();

    public void Dispose() => _buffers.AssertAllReturned();

    /// <summary>
    /// The receiver looks through a long table for a free entry, in the order in which the entries were taken; the first one is freed as soon as it has begun, thus
    /// behind its look and before it says that it waits. Unless it looks again it returns nothing, and no signal ever comes.
    /// </summary>
    [Fact]
    public async Task AnEntryThatIsFreedWhileTheReceiverLooksForOneIsNotMissed()
    {
        const int Prefetch = 16_384;
        const int Rounds = 300;
        await using var transport = new InMemoryTransport("memory", null, _clock, _buffers.Pool);
        await using var consumer = await TestConsumer.OpenAsync(transport, "q", Prefetch);
        for (var i = 0; i < Prefetch + Rounds; i++)
        {
            Publish(transport);
        }

        var tokens = new Queue<long>(Prefetch);
        foreach (var delivery in await consumer.ReceiveAsync(Prefetch))
        {
            tokens.Enqueue(delivery.Token);
        }

        var settle = 0L;
        var settler = new Thread(() =>
        {
            for (var round = 0; round < Rounds; round++)
            {
                long token;
                while ((token = Interlocked.Exchange(ref settle, 0)) == 0)
                {
                    Thread.SpinWait(1);
                }

                if (token < 0 || !consumer.Receiver.AcknowledgeAsync(token).GetAwaiter().GetResult())
                {
                    return;
                }
            }
        });
        settler.Start();
        var burst = new Delivery[1];
        try
        {
            for (var round = 0; round < Rounds; round++)
            {
                Interlocked.Exchange(ref settle, tokens.Dequeue());
                while (consumer.Receiver.TryReceive(burst) == 0)
                {
                    Assert.True(await consumer.Signal.WaitAsync(Wait.Patience), $"No signal in round {round}: the freed entry was missed.");
                }

                tokens.Enqueue(burst[0].Token);
            }
        }
        finally
        {
            Interlocked.Exchange(ref settle, -1);
            settler.Join();
        }

        Assert.Equal((0, Prefetch), await LengthAsync(transport));
    }

    /// <summary>The table is long, so that the timer looks through it for a while: the lease begins before, while or after it passes the entry.</summary>
    [Fact]
    public async Task ALeaseThatBeginsWhileTheTimerFindsNothingOutStillLapses()
    {
        const int Rounds = 2_000;
        await using var transport = new InMemoryTransport("memory", null, _clock, _buffers.Pool);
        await using var consumer = await TestConsumer.OpenAsync(transport, "q", prefetch: 16_384, s_lease);
        using var start = new Barrier(2);
        var time = Task.Run(() =>
        {
            for (var round = 0; round < Rounds; round++)
            {
                start.SignalAndWait();
                _clock.Advance(s_lease);
                start.SignalAndWait();
            }
        });
        for (var round = 0; round < Rounds; round++)
        {
            // Leaves the timer armed with nothing out.
            Publish(transport);
            Assert.True(await consumer.Receiver.AcknowledgeAsync(Assert.Single(consumer.TryReceive(1)).Token));
            Publish(transport);
            start.SignalAndWait();
            Thread.SpinWait(round % 512);
            var first = Assert.Single(consumer.TryReceive(1));
            start.SignalAndWait();

            _clock.Advance(s_lease);
            var again = Assert.Single(consumer.TryReceive(1));
            Assert.Equal(2, again.DeliveryCount);
            Assert.False(await consumer.Receiver.AcknowledgeAsync(first.Token));
            Assert.True(await consumer.Receiver.AcknowledgeAsync(again.Token));
        }

        await time.WaitAsync(Wait.Patience);
        Assert.Equal((0, 0), await LengthAsync(transport));
    }

    [Fact]
    public async Task DisposingWhileItReceivesAndLeasesLapseGivesEverythingBack()
    {
        const int Rounds = 200;
        const int Messages = 64;
        await using var transport = new InMemoryTransport("memory", null, _clock, _buffers.Pool);
        for (var i = 0; i < Messages; i++)
        {
            Publish(transport);
        }

        var isOver = false;
        var time = new Thread(() =>
        {
            while (!Volatile.Read(ref isOver))
            {
                _clock.Advance(s_lease / 2);
                Thread.Yield();
            }
        });
        time.Start();
        try
        {
            for (var round = 0; round < Rounds; round++)
            {
                await using var consumer = await TestConsumer.OpenAsync(transport, "q", prefetch: 16, s_lease);
                var received = 0;
                var isDisposed = false;
                var receive = Task.Run(async () =>
                {
                    var burst = new Delivery[4];
                    while (!Volatile.Read(ref isDisposed))
                    {
                        // Every other delivery is given back, the others are left to their leases.
                        var count = consumer.Receiver.TryReceive(burst);
                        for (var i = 0; i < count; i += 2)
                        {
                            await consumer.Receiver.ReleaseAsync(burst[i].Token, TimeSpan.Zero);
                        }

                        Volatile.Write(ref received, received + count);
                    }

                    Assert.Equal(0, consumer.Receiver.TryReceive(burst));
                });
                var enough = round % 50;
                SpinWait.SpinUntil(() => Volatile.Read(ref received) >= enough || receive.IsCompleted, Wait.Patience);
                await consumer.Receiver.DisposeAsync();
                Volatile.Write(ref isDisposed, true);
                await receive.WaitAsync(Wait.Patience);

                Assert.Equal(0, _clock.ArmedTimers);
                Assert.Equal((Messages, 0), await LengthAsync(transport));
                Assert.Equal(Messages, _buffers.Outstanding);
            }
        }
        finally
        {
            Volatile.Write(ref isOver, true);
            time.Join();
        }
    }

    private static async Task<(int Ready, int InFlight)> LengthAsync(InMemoryTransport transport)
    {
        var length = await transport.GetLengthAsync("q", default);
        return ((int)length.Ready!, (int)length.InFlight!);
    }

    private void Publish(InMemoryTransport transport)
    {
        var message = new OutgoingMessage { Bytes = _buffers.Rent("m"u8), Id = MessageId.None };
        var publish = transport.PublishAsync(transport.GetDestination("q"), in message, default);
        Assert.True(publish.IsCompletedSuccessfully && publish.Result.IsAccepted);
    }
}
