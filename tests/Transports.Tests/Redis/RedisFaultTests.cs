using System.Net;
using HighPerf.TestKit;
using HighPerf.TestKit.Brokers;
using HighPerf.TestKit.Chaos;
using HighPerf.TestKit.Faults;

namespace HighPerf.Transports.Tests.Redis;

/// <summary>Faults under load, by the ledger: F3, F4, F21.</summary>
public sealed class RedisFaultTests : IAsyncLifetime
{
    private readonly RedisHost _host = new("--loglevel", "warning");
    private readonly RedisTransportOptions _options = new();
    private RedisTransport _transport = null!;

    public async Task InitializeAsync()
    {
        await _host.StartAsync();
        _options.Connection.SilenceTimeout = TimeSpan.FromSeconds(2);
        _transport = new RedisTransport("redis", _host.Address, _options);
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
        await Wait.UntilAsync(async () => await _transport.GetLengthAsync("q", default) is { Ready: 0, InFlight: 0 });
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
    public async Task A_network_that_resets_half_closes_and_swallows_loses_nothing()
    {
        await using var proxy = ChaosProxy.Start(new IPEndPoint(IPAddress.Loopback, _host.Port));
        var options = new RedisTransportOptions();
        options.Connection.SilenceTimeout = TimeSpan.FromSeconds(1);
        await using var transport = new RedisTransport("redis", $"redis://{proxy.EndPoint}", options);
        await transport.StartAsync(default);
        await using var load = new FaultLoad(transport, "q");
        await load.StartAsync(publishers: 4, TimeSpan.FromSeconds(5));
        for (var round = 0; round < 6; round++)
        {
            await load.GoOnAsync(200);
            switch (round % 3)
            {
                case 0:
                    proxy.Reset();
                    break;
                case 1:
                    proxy.HalfClose(towardsServer: true);
                    break;
                default:
                    // Answers are swallowed, what was asked is done: the case that makes outcomes unknown.
                    var unknown = load.Ledger.Unknowns;
                    proxy.ToClient.IsBlackHole = true;
                    await Wait.UntilAsync(() => load.Ledger.Unknowns > unknown);
                    proxy.Heal();
                    break;
            }
        }

        await load.DrainAsync();
        Assert.True(load.Ledger.Unknowns > 0);
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
    public async Task A_stale_owner_is_refused_by_the_server()
    {
        var lease = TimeSpan.FromMilliseconds(500);
        await PublishAsync("a");
        await using var first = await TestConsumer.OpenAsync(_transport, "q", 4, lease);
        var stale = await first.ReceiveAsync();
        await using var other = new RedisTransport("redis", _host.Address);
        await other.StartAsync(default);
        await using var second = await TestConsumer.OpenAsync(other, "q", 4, lease);
        var current = await second.ReceiveAsync();
        Assert.Equal(2, current.DeliveryCount);

        // The first receiver was not told: it asks the server, in every way there is.
        Assert.Equal(1, first.Receiver.Renew([stale.Token]));
        await Wait.UntilAsync(() => first.Signal.Lost.Contains(stale.Token));
        Assert.False(await first.Receiver.AcknowledgeAsync(stale.Token));
        Assert.Equal(1, second.Receiver.Renew([current.Token]));
        Assert.True(await second.Receiver.AcknowledgeAsync(current.Token));
        Assert.Equal(new QueueLength(0, 0, 0, 0), await _transport.GetLengthAsync("q", default));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_late_settlement_changes_nothing(int kind)
    {
        var lease = TimeSpan.FromMilliseconds(300);
        await PublishAsync("a");
        await using var first = await TestConsumer.OpenAsync(_transport, "q", 4, lease);
        var stale = await first.ReceiveAsync();
        await using var second = await TestConsumer.OpenAsync(_transport, "q", 4, TimeSpan.FromSeconds(10));
        await using var third = await TestConsumer.OpenAsync(_transport, "q", 4, lease);
        var current = await third.ReceiveAsync();
        Assert.False(kind switch
        {
            0 => await first.Receiver.AcknowledgeAsync(stale.Token),
            1 => await first.Receiver.ReleaseAsync(stale.Token, TimeSpan.Zero),
            _ => await first.Receiver.DeadLetterAsync(stale.Token, DeadLetterReason.Poisonous, "late"),
        });
        var length = await _transport.GetLengthAsync("q", default);
        Assert.Equal((0, 1, 0), (length.Ready, length.InFlight, length.Dead));
        Assert.True(await third.Receiver.AcknowledgeAsync(current.Token));
    }

    private async Task PublishAsync(string text)
    {
        var buffer = _transport.Rent();
        buffer.Write(System.Text.Encoding.UTF8.GetBytes(text));
        Assert.True((await _transport.PublishAsync(_transport.GetDestination("q"), new OutgoingMessage { Bytes = buffer, Id = MessageId.New() }, default)).IsAccepted);
    }
}
