using System.Diagnostics;
using HighPerf.TestKit;
using HighPerf.TestKit.Brokers;
using HighPerf.TestKit.Faults;
using Xunit.Abstractions;

namespace HighPerf.Transports.Tests.ActiveMq;

/// <summary>A broker of its own that is killed, stopped and started again under load.</summary>
public sealed class ActiveMqFaultTests(ITestOutputHelper output) : IAsyncLifetime
{
    private const string Queue = "faults";

    private readonly ActiveMqHost _host = new();
    private readonly TrackingBufferPool _buffers = new();
    private ActiveMqTransport _transport = null!;

    public async Task InitializeAsync()
    {
        await _host.StartAsync();
        var options = new ActiveMqTransportOptions { PublishTimeout = TimeSpan.FromSeconds(3) };
        options.Connection.SilenceTimeout = TimeSpan.FromSeconds(3);
        options.Connection.PingInterval = TimeSpan.FromSeconds(1);
        options.Connection.MaxBackOff = TimeSpan.FromSeconds(1);
        _transport = new ActiveMqTransport("activemq", _host.Address, options, pool: _buffers.Pool);
        await _transport.StartAsync(default);
    }

    public async Task DisposeAsync()
    {
        await _transport.DisposeAsync();
        await _host.DisposeAsync();
        _buffers.AssertAllReturned();
    }

    [Fact]
    public async Task A_killed_broker_loses_nothing_that_was_accepted()
    {
        await using var load = new FaultLoad(_transport, Queue, giveBackOneIn: 10);
        await load.StartAsync(publishers: 8, TimeSpan.FromSeconds(30));
        await load.GoOnAsync(200);
        _host.AssertOwnsPort();
        _host.Kill();
        var before = Stopwatch.GetTimestamp();
        await _host.StartAsync();
        var restart = Stopwatch.GetElapsedTime(before);
        await load.GoOnAsync(200);
        var usable = Stopwatch.GetElapsedTime(before) - restart;
        output.WriteLine($"{await load.DrainAsync(Wait.Patience * 2)}, without an answer {load.Ledger.Unknowns}; broker back after {restart.TotalSeconds:0.0} s, 200 more deliveries {usable.TotalSeconds:0.0} s later");
    }

    [Fact]
    public async Task A_stopped_broker_is_noticed_and_consumed_again()
    {
        Assert.True((await Publish.TextAsync(_transport, Queue, "before")).IsAccepted);
        await using var consumer = await TestConsumer.OpenAsync(_transport, Queue);
        var stale = await consumer.ReceiveAsync();
        _host.Pause();
        var stopped = Stopwatch.GetTimestamp();
        try
        {
            // Nobody is told by the broker: the heart-beats are missing.
            Assert.Equal(PublishStatus.Unknown, (await Publish.TextAsync(_transport, Queue, "while stopped")).Status);
            await Wait.UntilAsync(() => consumer.Signal.Lost.Contains(stale.Token));
            output.WriteLine($"noticed after {Stopwatch.GetElapsedTime(stopped).TotalSeconds:0.0} s");
        }
        finally
        {
            _host.Continue();
        }

        Assert.False(await consumer.Receiver.AcknowledgeAsync(stale.Token));
        await Wait.UntilAsync(async () => (await Publish.TextAsync(_transport, Queue, "after")).IsAccepted);
        var texts = new HashSet<string>();
        while (!texts.Contains("before") || !texts.Contains("after"))
        {
            var delivery = await consumer.ReceiveAsync();
            var text = TestConsumer.Text(in delivery);
            texts.Add(text);
            Assert.True(text != "before" || delivery.DeliveryCount >= 2);
            await consumer.Receiver.AcknowledgeAsync(delivery.Token);
        }
    }

    [Fact]
    public async Task Another_process_that_dies_gives_back_at_once_and_counted()
    {
        Assert.True((await Publish.TextAsync(_transport, Queue, "a")).IsAccepted);
        using (var dying = new RawStomp(_host.Port))
        {
            await dying.SendAsync("SUBSCRIBE\nid:1\ndestination:/queue/hp.faults.normal\nack:client-individual\n\n\0");
            Assert.Contains("MESSAGE", await dying.ReadFrameAsync(), StringComparison.Ordinal);
        }

        var died = Stopwatch.GetTimestamp();
        await using var consumer = await TestConsumer.OpenAsync(_transport, Queue);
        var delivery = await consumer.ReceiveAsync();
        Assert.Equal(2, delivery.DeliveryCount);

        // Long before any lease is over. The contract's 2 s are for a machine that is not shared.
        Assert.True(Stopwatch.GetElapsedTime(died) < TimeSpan.FromSeconds(15));
        Assert.True(await consumer.Receiver.AcknowledgeAsync(delivery.Token));
    }
}
