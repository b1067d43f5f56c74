using HighPerf.TestKit;
using HighPerf.Transports;
using Xunit;

namespace HighPerf.Tests.Transports;

/// <summary>Nothing is allocated per message in steady state. Inside the loops only Assert.True: xunit's other asserts allocate.</summary>
public sealed class InMemoryAllocationTests
{
    private const int Rounds = 500;
    private const int Burst = 32;

    [Theory]
    [InlineData(MessagePriority.Normal, 0)]
    [InlineData(MessagePriority.High, long.MaxValue)]
    public async Task PublishReceiveAcknowledge(MessagePriority priority, long expires)
    {
        // A pool of its own without a tracker: a tracker allocates.
        var transport = new InMemoryTransport("memory", pool: new BufferPool());
        using var signal = new CountingSignal();
        var receiver = await transport.OpenReceiverAsync("q", new ReceiverOptions(), signal, default);
        var destination = transport.GetDestination("q");

        void Run()
        {
            Span<Delivery> burst = new Delivery[Burst];
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var round = 0; round < Rounds; round++)
            {
                for (var i = 0; i < Burst; i++)
                {
                    var buffer = transport.Rent();
                    buffer.Write("twenty bytes of body"u8);
                    var message = new OutgoingMessage { Bytes = buffer, Id = default, Priority = priority, ExpiresTicks = expires };
                    var publish = transport.PublishAsync(destination, in message, CancellationToken.None);
                    Assert.True(publish.IsCompletedSuccessfully && publish.Result.IsAccepted);
                }

                var count = receiver.TryReceive(burst);
                Assert.True(count == Burst);
                for (var i = 0; i < count; i++)
                {
                    var settle = i % 4 == 3 ? receiver.ReleaseAsync(burst[i].Token, TimeSpan.Zero) : receiver.AcknowledgeAsync(burst[i].Token);
                    Assert.True(settle.IsCompletedSuccessfully && settle.Result);
                }

                count = receiver.TryReceive(burst);
                Assert.True(count == Burst / 4);
                for (var i = 0; i < count; i++)
                {
                    Assert.True(receiver.AcknowledgeAsync(burst[i].Token).Result);
                }

                Assert.True(receiver.TryReceive(burst) == 0);
            }

            _allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Run();
        Run();

        Assert.Equal(0, _allocated);
        await transport.DisposeAsync();
    }

    [Fact]
    public async Task DelayAndOrderingKey()
    {
        var clock = new ManualTimeProvider();
        var transport = new InMemoryTransport("memory", null, clock, new BufferPool());
        using var signal = new CountingSignal();
        var receiver = await transport.OpenReceiverAsync("q", new ReceiverOptions(), signal, default);
        var destination = transport.GetDestination("q");

        void Run()
        {
            Span<Delivery> burst = new Delivery[Burst];
            var allocated = 0L;
            for (var round = 0; round < Rounds; round++)
            {
                var now = clock.GetUtcNow().UtcTicks;
                var before = GC.GetAllocatedBytesForCurrentThread();
                for (var i = 0; i < Burst; i++)
                {
                    var message = new OutgoingMessage { Bytes = transport.Rent(), Id = default, NotBeforeTicks = now + 1, OrderingKey = i % 2 == 0 ? "even" : null };
                    Assert.True(transport.PublishAsync(destination, in message, CancellationToken.None).Result.IsAccepted);
                }

                allocated += GC.GetAllocatedBytesForCurrentThread() - before;

                // The manual clock's own timers allocate.
                clock.Advance(TimeSpan.FromMilliseconds(1));
                before = GC.GetAllocatedBytesForCurrentThread();
                for (var received = 0; received < Burst;)
                {
                    var count = receiver.TryReceive(burst);
                    Assert.True(count != 0);
                    for (var i = 0; i < count; i++)
                    {
                        Assert.True(receiver.AcknowledgeAsync(burst[i].Token).Result);
                    }

                    received += count;
                }

                allocated += GC.GetAllocatedBytesForCurrentThread() - before;
            }

            _allocated = allocated;
        }

        Run();
        Run();

        // A line per burst for the key (a queue and its array), a node of the manual clock's set when the timer is armed; nothing per message.
        Assert.InRange(_allocated / (double)(Rounds * Burst), 0, 32);
        await transport.DisposeAsync();
    }

    private long _allocated;
}
