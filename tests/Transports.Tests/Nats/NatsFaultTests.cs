using HighPerf.TestKit;
using HighPerf.TestKit.Brokers;
using HighPerf.TestKit.Faults;

namespace HighPerf.Transports.Tests.Nats;

/// <summary>Faults under load, by the ledger: F3, F4, F21.</summary>
public sealed class NatsFaultTests : IAsyncLifetime
{
    private readonly NatsHost _host = new("-n", "own");
    private readonly NatsTransportOptions _options = new();
    private NatsTransport _transport = null!;

    public async Task InitializeAsync()
    {
        await _host.StartAsync();
        _options.Connection.SilenceTimeout = TimeSpan.FromSeconds(2);
        _options.Connection.MaxBackOff = TimeSpan.FromSeconds(1);
        _transport = new NatsTransport("nats", _host.Address, _options);
        await _transport.StartAsync(default);
    }

    public async Task DisposeAsync()
    {
        await _transport.DisposeAsync();
        await _host.DisposeAsync();
    }

    [Fact]
    public async Task A_killed_server_loses_nothing_that_was_accepted_and_the_consumer_goes_on()
    {
        await using var load = new FaultLoad(_transport, "q");
        await load.StartAsync(publishers: 4, TimeSpan.FromSeconds(5));
        for (var round = 0; round < 3; round++)
        {
            await load.GoOnAsync(500);
            _host.AssertOwnsPort();
            await _host.RestartAsync();
        }

        await load.GoOnAsync(500);
        await load.DrainAsync();

        // What was settled in the last seconds before a kill came back: below the floor it is removed, above it is delivered again. Both end.
        await Wait.UntilAsync(async () => await _transport.GetLengthAsync("q", default) is { Ready: 0, InFlight: 0 });
    }

    [Fact]
    public async Task What_comes_back_after_it_was_settled_is_removed_or_run_again_and_settled()
    {
        const int Count = 1_000;
        await using var consumer = await TestConsumer.OpenAsync(_transport, "q", 64, TimeSpan.FromSeconds(2));
        for (var i = 0; i < Count; i++)
        {
            await PublishAsync("m" + i);
        }

        for (var done = 0; done < Count;)
        {
            foreach (var delivery in await consumer.ReceiveAsync(50))
            {
                Assert.True(await consumer.Receiver.AcknowledgeAsync(delivery.Token));
                done++;
            }
        }

        await _host.RestartAsync();
        var queue = _transport.FindQueue(_ => true)!;
        await Wait.UntilAsync(
            async () =>
            {
                foreach (var delivery in consumer.TryReceive(64))
                {
                    await consumer.Receiver.AcknowledgeAsync(delivery.Token);
                }

                return _transport.Client.Connection is { Epoch: 2, IsConnected: true }
                    && await _transport.Api.GetStreamAsync(queue.Names.Stream, ">") is { State: { Messages: 0 } };
            },
            TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task What_is_out_while_settled_messages_come_back_is_delivered_again()
    {
        const int Count = 100;
        await using var consumer = await TestConsumer.OpenAsync(_transport, "q", 64, TimeSpan.FromSeconds(2));
        for (var i = 0; i < Count; i++)
        {
            await PublishAsync("m" + i);
        }

        // 40 settled, which come back with the server; 20 out, which it must not forget when those are removed.
        var taken = new List<Delivery>();
        while (taken.Count < 60)
        {
            taken.AddRange(await consumer.ReceiveAsync(60 - taken.Count));
        }

        var done = new HashSet<string>();
        foreach (var delivery in taken.Take(40))
        {
            done.Add(TestConsumer.Text(in delivery));
            Assert.True(await consumer.Receiver.AcknowledgeAsync(delivery.Token));
        }

        await _host.RestartAsync();
        await Wait.UntilAsync(async () =>
        {
            foreach (var delivery in consumer.TryReceive(64))
            {
                done.Add(TestConsumer.Text(in delivery));
                await consumer.Receiver.AcknowledgeAsync(delivery.Token);
            }

            return done.Count == Count;
        });
        Assert.Equal(Count, done.Count);
    }

    [Fact]
    public async Task A_stopped_server_is_noticed_and_nothing_is_lost()
    {
        await using var load = new FaultLoad(_transport, "q");
        await load.StartAsync(publishers: 2, TimeSpan.FromSeconds(5));
        await Wait.UntilAsync(() => load.Ledger.Ran > 200);
        _host.Pause();
        await Wait.UntilAsync(() => load.Ledger.Unknowns > 0);
        _host.Continue();
        await load.GoOnAsync(200);
        await load.DrainAsync();
    }

    [Fact]
    public async Task A_server_that_stops_for_a_moment_costs_no_connection()
    {
        await using var load = new FaultLoad(_transport, "q");
        await load.StartAsync(publishers: 2, TimeSpan.FromSeconds(5));
        await Wait.UntilAsync(() => load.Ledger.Ran > 200);
        _host.Pause();
        await Task.Delay(TimeSpan.FromSeconds(1));
        _host.Continue();
        await load.GoOnAsync(200);
        await load.DrainAsync();
        Assert.Equal((0, 0, 1), (load.Ledger.Owed, load.Ledger.Unknowns, _transport.Client.Connection.Epoch));
    }

    [Fact]
    public async Task Receivers_that_come_and_go_lose_nothing_and_run_nothing_twice()
    {
        await using var load = new FaultLoad(_transport, "q");
        await load.StartAsync(publishers: 2, TimeSpan.FromSeconds(30));
        for (var i = 0; i < 15; i++)
        {
            await using var passing = await TestConsumer.OpenAsync(_transport, "q", 8, TimeSpan.FromSeconds(30));
            _ = await passing.ReceiveAsync();
        }

        await load.DrainAsync();
        Assert.Equal((0, 0), (load.Ledger.Owed, load.Ledger.Duplicated));
    }

    [Fact]
    public async Task An_idle_receiver_gets_what_is_published_after_a_restart()
    {
        await using var consumer = await TestConsumer.OpenAsync(_transport, "q");
        Assert.Empty(consumer.TryReceive(4));
        await _host.RestartAsync();
        await PublishAsync("a");
        var delivery = await consumer.ReceiveAsync();
        Assert.True(await consumer.Receiver.AcknowledgeAsync(delivery.Token));
    }

    [Fact]
    public async Task A_delivery_of_an_earlier_connection_is_not_settled_and_comes_again()
    {
        await PublishAsync("a");
        await using var consumer = await TestConsumer.OpenAsync(_transport, "q", 4, TimeSpan.FromSeconds(2));
        var old = await consumer.ReceiveAsync();
        await _host.RestartAsync();
        await _transport.Client.Connection.WaitUntilConnectedAsync(default);
        await Wait.UntilAsync(() => consumer.Signal.Lost.Contains(old.Token));
        Assert.False(await consumer.Receiver.AcknowledgeAsync(old.Token));
        var again = await consumer.ReceiveAsync();
        Assert.Equal("a", TestConsumer.Text(in again));
        Assert.True(await consumer.Receiver.AcknowledgeAsync(again.Token));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_late_settlement_is_not_sent(int kind)
    {
        var lease = TimeSpan.FromSeconds(1);
        await PublishAsync("a");
        await using var first = await TestConsumer.OpenAsync(_transport, "q", 4, lease);
        var stale = await first.ReceiveAsync();
        await using var other = new NatsTransport("nats", _host.Address);
        await other.StartAsync(default);
        await using var second = await TestConsumer.OpenAsync(other, "q", 4, lease);
        var current = await second.ReceiveAsync();
        Assert.Equal(2, current.DeliveryCount);
        Assert.False(kind switch
        {
            0 => await first.Receiver.AcknowledgeAsync(stale.Token),
            1 => await first.Receiver.ReleaseAsync(stale.Token, TimeSpan.Zero),
            _ => await first.Receiver.DeadLetterAsync(stale.Token, DeadLetterReason.Poisonous, "late"),
        });
        Assert.Equal(0, first.Receiver.Renew([stale.Token]));
        var length = await other.GetLengthAsync("q", default);
        Assert.Equal((0, 1, 0), (length.Ready, length.InFlight, length.Dead));
        Assert.True(await second.Receiver.AcknowledgeAsync(current.Token));
        Assert.Equal(0, (await other.GetLengthAsync("q", default)).InFlight);
    }

    private async Task PublishAsync(string text)
    {
        var outcome = new PublishOutcome(PublishStatus.Unknown);
        while (outcome.Status == PublishStatus.Unknown)
        {
            var buffer = _transport.Rent();
            buffer.Write(System.Text.Encoding.UTF8.GetBytes(text));
            outcome = await _transport.PublishAsync(_transport.GetDestination("q"), new OutgoingMessage { Bytes = buffer, Id = MessageId.New() }, default);
        }

        Assert.True(outcome.IsAccepted, outcome.Reason);
    }
}
