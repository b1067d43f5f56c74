using System.Diagnostics;
using HighPerf.TestKit;
using HighPerf.Transports;
using Xunit;

namespace HighPerf.Tests.Transports;

/// <summary>Races, each bounded in messages and in time. A lost wake-up shows as patience that runs out, a lost or doubled buffer in the tracking pool.</summary>
public sealed class InMemoryStressTests : IDisposable
{
    private static readonly TimeSpan s_bound = TimeSpan.FromSeconds(1);

    private readonly TrackingBufferPool _buffers = new(captureStacks: false);
    private readonly ManualTimeProvider _clock = new();

    public void Dispose() => _buffers.AssertAllReturned();

    [Fact]
    public async Task SettlingOnOtherThreadsLosesNoWakeUp()
    {
        const int Count = 20_000;
        await using var transport = new InMemoryTransport("memory", new() { Capacity = 16 }, null, _buffers.Pool);
        await using var consumer = await TestConsumer.OpenAsync(transport, "q", prefetch: 3);
        var settlements = System.Threading.Channels.Channel.CreateUnbounded<long>();
        var publish = Task.Run(async () =>
        {
            for (var i = 0; i < Count; i++)
            {
                Assert.True((await PublishAsync(transport, i)).IsAccepted);
            }
        });
        var settle = Task.Run(async () =>
        {
            await foreach (var token in settlements.Reader.ReadAllAsync())
            {
                Assert.True(await consumer.Receiver.AcknowledgeAsync(token));
            }
        });
        var burst = new Delivery[8];
        for (var received = 0; received < Count;)
        {
            var count = consumer.Receiver.TryReceive(burst);
            Assert.InRange(count, 0, 3);
            for (var i = 0; i < count; i++)
            {
                Assert.Equal(received++, ToInt(in burst[i]));
                Assert.True(settlements.Writer.TryWrite(burst[i].Token));
            }

            if (count == 0)
            {
                Assert.True(await consumer.Signal.WaitAsync(Wait.Patience), "No signal: a lost wake-up.");
            }
        }

        settlements.Writer.Complete();
        await Task.WhenAll(publish, settle).WaitAsync(Wait.Patience);
    }

    [Fact]
    public async Task CancelledPublishersLeaveNothingBehind()
    {
        await using var transport = new InMemoryTransport("memory", new() { Capacity = 4 }, null, _buffers.Pool);
        await using var consumer = await TestConsumer.OpenAsync(transport, "q", prefetch: 2);
        var accepted = 0;
        var rejected = 0;
        var received = 0;
        var start = Stopwatch.GetTimestamp();
        var publishers = Enumerable.Range(0, 3).Select(p => Task.Run(async () =>
        {
            var random = new Random(p);
            while (Stopwatch.GetElapsedTime(start) < s_bound)
            {
                using var cancellation = new CancellationTokenSource();
                var publish = PublishAsync(transport, p, cancellation.Token).AsTask();
                if (random.Next(3) == 0)
                {
                    await cancellation.CancelAsync();
                }

                Interlocked.Increment(ref (await publish.WaitAsync(Wait.Patience)).IsAccepted ? ref accepted : ref rejected);
            }
        })).ToArray();
        var stop = new CancellationTokenSource();
        var consume = Task.Run(async () =>
        {
            var burst = new Delivery[4];
            while (true)
            {
                var count = consumer.Receiver.TryReceive(burst);
                for (var i = 0; i < count; i++)
                {
                    Assert.True(await consumer.Receiver.AcknowledgeAsync(burst[i].Token));
                }

                received += count;
                if (count == 0)
                {
                    try
                    {
                        await consumer.Signal.WaitAsync(Timeout.InfiniteTimeSpan, stop.Token);
                    }
                    catch (OperationCanceledException)
                    {
                        return;
                    }
                }
            }
        });
        await Task.WhenAll(publishers);
        await Wait.UntilAsync(async () => (await transport.GetLengthAsync("q", default)) is { Ready: 0, InFlight: 0 });
        await stop.CancelAsync();
        await consume;
        Assert.Equal(accepted, received);
        Assert.True(rejected > 0);
    }

    [Fact]
    public async Task LeasesThatLapseWhileTheyAreSettled()
    {
        const int Count = 400;
        await using var transport = new InMemoryTransport("memory", null, _clock, _buffers.Pool);
        await using var consumer = await TestConsumer.OpenAsync(transport, "q", prefetch: 16, lease: TimeSpan.FromMilliseconds(2));
        for (var i = 0; i < Count; i++)
        {
            Assert.True((await PublishAsync(transport, i)).IsAccepted);
        }

        var done = 0;
        var settledTwice = false;
        var settled = new bool[Count];
        var time = Task.Run(() =>
        {
            while (Volatile.Read(ref done) < Count)
            {
                _clock.Advance(TimeSpan.FromMilliseconds(1));
                Thread.Yield();
            }
        });
        var workers = new List<Task>();
        var burst = new Delivery[16];
        var start = Stopwatch.GetTimestamp();
        while (Volatile.Read(ref done) < Count)
        {
            Assert.True(Stopwatch.GetElapsedTime(start) < Wait.Patience);
            var count = consumer.Receiver.TryReceive(burst);
            for (var i = 0; i < count; i++)
            {
                var delivery = burst[i];
                workers.Add(Task.Run(async () =>
                {
                    // Borrowed bytes stay what they are until this settles, lapsed or not: a returned buffer reads 0xDD.
                    var number = ToInt(in delivery);
                    Thread.Yield();
                    Assert.Equal(number, ToInt(in delivery));
                    if (await consumer.Receiver.AcknowledgeAsync(delivery.Token))
                    {
                        settledTwice |= settled[number];
                        settled[number] = true;
                        Interlocked.Increment(ref done);
                    }
                }));
            }

            if (count == 0)
            {
                await Task.Yield();
            }
        }

        await Task.WhenAll(workers).WaitAsync(Wait.Patience);
        await time;
        Assert.False(settledTwice);
        Assert.All(settled, Assert.True);
        var length = await transport.GetLengthAsync("q", default);
        Assert.Equal((0, 0), (length.Ready, length.InFlight));
    }

    [Fact]
    public async Task LengthsNeverMissAMessage()
    {
        const int Count = 40;
        await using var transport = new InMemoryTransport("memory", null, _clock, _buffers.Pool);
        await using var consumer = await TestConsumer.OpenAsync(transport, "q", prefetch: 16);
        for (var i = 0; i < Count; i++)
        {
            Assert.True((await PublishAsync(transport, i)).IsAccepted);
        }

        var start = Stopwatch.GetTimestamp();
        var move = Task.Run(async () =>
        {
            var random = new Random(1);
            var burst = new Delivery[16];
            while (Stopwatch.GetElapsedTime(start) < s_bound / 2)
            {
                var count = consumer.Receiver.TryReceive(burst);
                for (var i = 0; i < count; i++)
                {
                    var token = burst[i].Token;
                    Assert.True(random.Next(4) switch
                    {
                        0 => await consumer.Receiver.DeadLetterAsync(token, DeadLetterReason.Poisonous, "x"),
                        1 => await consumer.Receiver.ReleaseAsync(token, TimeSpan.FromSeconds(1)),
                        _ => await consumer.Receiver.ReleaseAsync(token, TimeSpan.Zero),
                    });
                }

                await transport.ReplayDeadLettersAsync("q", 100, default);
                _clock.Advance(TimeSpan.FromMilliseconds(500));
            }
        });
        while (!move.IsCompleted)
        {
            var length = await transport.GetLengthAsync("q", default);
            Assert.Equal(Count, length.Ready + length.Delayed + length.InFlight + length.Dead);
        }

        await move;
    }

    [Fact]
    public async Task DisposingUnderLoadReturnsEverything()
    {
        for (var round = 0; round < 30; round++)
        {
            var transport = new InMemoryTransport("memory", new() { Capacity = 8 }, null, _buffers.Pool);
            await using var consumer = await TestConsumer.OpenAsync(transport, "q", prefetch: 4);
            var running = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            var publishers = Enumerable.Range(0, 3).Select(p => Task.Run(async () =>
            {
                while ((await PublishAsync(transport, p)).IsAccepted)
                {
                }
            })).ToArray();
            var closed = false;
            var consume = Task.Run(async () =>
            {
                var burst = new Delivery[4];
                while (!Volatile.Read(ref closed))
                {
                    var count = consumer.Receiver.TryReceive(burst);
                    for (var i = 0; i < count; i++)
                    {
                        await consumer.Receiver.AcknowledgeAsync(burst[i].Token);
                        running.TrySetResult();
                    }
                }
            });
            await running.Task.WaitAsync(Wait.Patience);
            await transport.DisposeAsync();
            await Task.WhenAll(publishers).WaitAsync(Wait.Patience);
            Volatile.Write(ref closed, true);
            await consume.WaitAsync(Wait.Patience);
            Assert.Equal(0, _buffers.Outstanding);
        }
    }

    private static int ToInt(in Delivery delivery) => BitConverter.ToInt32(delivery.Bytes.FirstSpan);

    private ValueTask<PublishOutcome> PublishAsync(InMemoryTransport transport, int number, CancellationToken cancellationToken = default)
    {
        var message = new OutgoingMessage { Bytes = _buffers.Rent(BitConverter.GetBytes(number)), Id = MessageId.None };
        return transport.PublishAsync(transport.GetDestination("q"), in message, cancellationToken);
    }
}
