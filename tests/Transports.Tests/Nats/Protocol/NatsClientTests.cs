using System.Text;
using HighPerf.Connections;
using HighPerf.TestKit;
using HighPerf.TestKit.Brokers;
using HighPerf.Transports.Nats.Protocol;
using Microsoft.Extensions.Logging.Abstractions;

namespace HighPerf.Transports.Tests.Nats.Protocol;

/// <summary>The client against a real server, without JetStream.</summary>
public sealed class NatsClientTests : IAsyncLifetime
{
    private readonly NatsHost _host = new("-n", "own");
    private NatsClient _client = null!;

    public async Task InitializeAsync()
    {
        await _host.StartAsync();
        _client = await ConnectAsync(TimeSpan.FromSeconds(10));
    }

    public async Task DisposeAsync()
    {
        await _client.DisposeAsync();
        await _host.DisposeAsync();
    }

    [Fact]
    public async Task Requests_get_their_own_answers_through_one_inbox()
    {
        await using var other = await ConnectAsync(TimeSpan.FromSeconds(10));
        other.Subscribe(new Echo(other, "echo.*"));
        await other.CallAsync("$JS.API.INFO", []);
        var calls = Enumerable.Range(0, 5_000).Select(i => _client.CallAsync("echo.x", Encoding.ASCII.GetBytes("n" + i)).AsTask()).ToArray();
        var replies = await Task.WhenAll(calls).WaitAsync(Wait.Patience);
        Assert.Equal(Enumerable.Range(0, 5_000).Select(i => "n" + i), replies.Select(reply => Encoding.ASCII.GetString(reply.Payload)));
    }

    [Fact]
    public async Task Nobody_there_is_an_answer_and_silence_ends_by_time()
    {
        Assert.Equal(NatsReply.NoResponders, (await _client.CallAsync("nobody", [])).Status);
        await using var impatient = await ConnectAsync(TimeSpan.FromSeconds(1));
        impatient.Subscribe(new Echo(null, "silent"));
        var exception = await Assert.ThrowsAsync<NatsConnectionException>(() => impatient.CallAsync("silent", []).AsTask().WaitAsync(Wait.Patience));
        Assert.Contains("within 1 s", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_killed_server_loses_what_is_outstanding_and_subscriptions_come_back()
    {
        _client.Subscribe(new Echo(null, "silent"));
        var outstanding = _client.CallAsync("silent", []).AsTask();
        await Wait.UntilAsync(() => _client.ExpectsBytes);
        await _host.RestartAsync();
        await Assert.ThrowsAsync<NatsConnectionException>(() => outstanding.WaitAsync(Wait.Patience));
        await _client.Connection.WaitUntilConnectedAsync(default);
        Assert.Equal(2, _client.Connection.Epoch);
        var again = _client.CallAsync("silent", []).AsTask();
        Assert.Equal(NatsReply.NoResponders, (await _client.CallAsync("nobody", [])).Status);
        Assert.False(again.IsCompleted);
    }

    private async Task<NatsClient> ConnectAsync(TimeSpan requestTimeout)
    {
        var options = new ConnectionOptions { Hosts = [new HostAddress(_host.Host, _host.Port)] };
        var client = new NatsClient("nats", options, new NatsLogin("test"), requestTimeout, NullLogger.Instance, TimeProvider.System);
        client.Connection.Start();
        await client.Connection.WaitUntilConnectedAsync(default);
        return client;
    }

    /// <summary>Answers with what it got; not at all without a client.</summary>
    private sealed class Echo(NatsClient? client, string subject) : NatsSubscription(Encoding.ASCII.GetBytes(subject))
    {
        public override void OnMessage(in NatsFrame message) => client?.TryPublish(message.ReplyTo, default, Encoding.ASCII.GetBytes(message.PayloadText));
    }
}
