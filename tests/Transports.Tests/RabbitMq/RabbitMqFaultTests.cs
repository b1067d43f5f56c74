using System.Diagnostics;
using System.Text;
using HighPerf.TestKit;
using HighPerf.TestKit.Brokers;
using HighPerf.TestKit.Faults;
using Xunit.Abstractions;

namespace HighPerf.Transports.Tests.RabbitMq;

/// <summary>Faults of the server, which is these tests' own: F3, F4, F8, F21.</summary>
public sealed class RabbitMqFaultTests(RabbitMqFaultTests.Server server, ITestOutputHelper output) : IClassFixture<RabbitMqFaultTests.Server>
{
    private readonly string _queue = "fault-" + Guid.NewGuid().ToString("N");

    [Fact]
    public async Task KilledUnderLoadLosesNothing()
    {
        await using var transport = await StartAsync();
        await using var load = new FaultLoad(transport, _queue);
        await load.StartAsync(publishers: 32, TimeSpan.FromSeconds(30));
        await load.GoOnAsync(2_000);
        await Task.Delay(Server.Settled);
        server.Host.AssertOwnsPort();
        server.Host.Kill();
        var down = Stopwatch.StartNew();
        await server.Host.StartAsync();
        var restarted = down.Elapsed;
        await load.GoOnAsync(1_000);
        output.WriteLine($"restart {restarted.TotalSeconds:0.0} s, usable again {(down.Elapsed - restarted).TotalSeconds:0.0} s later");
        output.WriteLine($"{await load.DrainAsync()}, without an answer {load.Ledger.Unknowns}");
    }

    [Fact]
    public async Task FrozenIsNoticedAndOldDeliveriesAreStale()
    {
        await using var transport = await StartAsync();
        Assert.True((await PublishAsync(transport, "a")).IsAccepted);
        await using var consumer = await TestConsumer.OpenAsync(transport, _queue);
        var delivery = await consumer.ReceiveAsync();
        server.Host.Pause();
        var frozen = Stopwatch.StartNew();
        try
        {
            var outcome = await PublishAsync(transport, "b").AsTask().WaitAsync(TimeSpan.FromSeconds(20));
            Assert.Equal(PublishStatus.Unknown, outcome.Status);
            Assert.True(frozen.Elapsed >= TimeSpan.FromSeconds(1.5), $"{frozen.Elapsed}");

            // Heartbeats of 2 s: given up after two.
            await Wait.UntilAsync(() => consumer.Signal.Lost.Contains(delivery.Token));
            output.WriteLine($"noticed after {frozen.Elapsed.TotalSeconds:0.0} s");
        }
        finally
        {
            server.Host.Continue();
        }

        Assert.False(await consumer.Receiver.AcknowledgeAsync(delivery.Token));
        var again = await consumer.ReceiveAsync();
        Assert.Equal("a", TestConsumer.Text(in again));
        Assert.Equal(2, again.DeliveryCount);
        Assert.True(await consumer.Receiver.AcknowledgeAsync(again.Token));
        await Wait.UntilAsync(async () => (await PublishAsync(transport, "c")).IsAccepted);
        await Wait.UntilAsync(
            () =>
            {
                var burst = consumer.TryReceive(4);
                return burst.Any(static d => TestConsumer.Text(in d) == "c");
            });
    }

    [Fact]
    public async Task IdleConsumerGoesOnAfterARestart()
    {
        await using var transport = await StartAsync();
        await using var consumer = await TestConsumer.OpenAsync(transport, _queue);
        Assert.Empty(consumer.TryReceive(4));
        Assert.True((await PublishAsync(transport, "delayed", Server.Settled + TimeSpan.FromSeconds(1))).IsAccepted);
        await Task.Delay(Server.Settled);
        await server.Host.RestartAsync();
        await Wait.UntilAsync(async () => (await PublishAsync(transport, "after")).IsAccepted);
        output.WriteLine($"at the broker: {await transport.GetLengthAsync(_queue, CancellationToken.None)}");
        var texts = new List<string>();
        while (!texts.Contains("after") || !texts.Contains("delayed"))
        {
            var delivery = await consumer.ReceiveAsync();
            texts.Add(TestConsumer.Text(in delivery));
            output.WriteLine(texts[^1]);
            Assert.True(await consumer.Receiver.AcknowledgeAsync(delivery.Token));
        }
    }

    [Fact]
    public async Task BlockedRefusesPublishersAndFeedsConsumers()
    {
        await using var transport = await StartAsync();
        for (var i = 0; i < 10; i++)
        {
            Assert.True((await PublishAsync(transport, "m" + i)).IsAccepted);
        }

        await server.Host.ControlAsync("set_vm_memory_high_watermark", "0.0001");
        try
        {
            // The first may be on the wire when the broker stops reading; what comes after it knows.
            await Wait.UntilAsync(async () => await PublishAsync(transport, "refused") is { Status: PublishStatus.Rejected, Reason: { } reason } && reason.Contains("connection.blocked", StringComparison.Ordinal));
            await Task.Delay(2_500);
            // At once: what had waited for the broker would be unknown.
            Assert.Equal(PublishStatus.Rejected, (await PublishAsync(transport, "at once")).Status);
            await using var consumer = await TestConsumer.OpenAsync(transport, _queue);
            foreach (var delivery in await consumer.ReceiveAsync(10))
            {
                Assert.True(await delivery.Receiver.AcknowledgeAsync(delivery.Token));
            }
        }
        finally
        {
            await server.Host.ControlAsync("set_vm_memory_high_watermark", "0.4");
        }

        await Wait.UntilAsync(async () => (await PublishAsync(transport, "again")).IsAccepted);
    }

    private async Task<RabbitMqTransport> StartAsync()
    {
        var options = new RabbitMqTransportOptions { PublishTimeout = TimeSpan.FromSeconds(2), Heartbeat = TimeSpan.FromSeconds(2), CallTimeout = TimeSpan.FromSeconds(5), TcpUserTimeout = TimeSpan.FromSeconds(5) };
        var transport = new RabbitMqTransport("rabbit", server.Host.Address, options, new RabbitMqTestLog(output));
        await transport.StartAsync(CancellationToken.None);
        return transport;
    }

    private ValueTask<PublishOutcome> PublishAsync(RabbitMqTransport transport, string text, TimeSpan delay = default)
    {
        var buffer = transport.Rent();
        buffer.Write(Encoding.UTF8.GetBytes(text));
        var notBefore = delay == TimeSpan.Zero ? 0 : TimeProvider.System.GetUtcNow().UtcTicks + delay.Ticks;
        return transport.PublishAsync(transport.GetDestination(_queue), new OutgoingMessage { Bytes = buffer, Id = MessageId.New(), NotBeforeTicks = notBefore }, CancellationToken.None);
    }

    /// <summary>One server for the class, which its tests kill, stop and start.</summary>
    public sealed class Server : IAsyncLifetime
    {
        /// <summary>
        /// The quorum queue that was declared last before a kill -9 mostly has no leader after the restart, and got none in 30 s (RabbitMQ 3.10.8; without this transport as well,
        /// declared and killed by rabbitmqctl eval). Killed this much later, it had one in every run.
        /// </summary>
        public static readonly TimeSpan Settled = TimeSpan.FromSeconds(2);

        public RabbitMqHost Host { get; } = new(isPrivate: true);

        public Task InitializeAsync() => Host.StartAsync();

        public async Task DisposeAsync() => await Host.DisposeAsync();
    }
}
