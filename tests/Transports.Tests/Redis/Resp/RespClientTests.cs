using HighPerf.Connections;
using HighPerf.TestKit;
using HighPerf.TestKit.Brokers;
using HighPerf.Transports.Redis.Resp;
using Microsoft.Extensions.Logging.Abstractions;

namespace HighPerf.Transports.Tests.Redis.Resp;

/// <summary>The client against a real server.</summary>
public sealed class RespClientTests : IAsyncLifetime
{
    private readonly RedisHost _host = new("--requirepass", "s3cret");
    private RespClient _client = null!;

    public async Task InitializeAsync()
    {
        await _host.StartAsync();
        _client = Create("s3cret");
        await _client.Connection.WaitUntilConnectedAsync(default);
    }

    public async Task DisposeAsync()
    {
        await _client.DisposeAsync();
        await _host.DisposeAsync();
    }

    [Fact]
    public async Task Pipelined_requests_get_their_own_replies()
    {
        var calls = Enumerable.Range(0, 5_000).Select(i => _client.CallAsync("ECHO", "n" + i).AsTask()).ToArray();
        var replies = await Task.WhenAll(calls).WaitAsync(Wait.Patience);
        Assert.Equal(Enumerable.Range(0, 5_000).Select(i => "n" + i), replies.Select(reply => reply.Text));
    }

    [Fact]
    public async Task Errors_are_data()
    {
        var reply = await _client.CallAsync("NOSUCH");
        Assert.True(reply.IsError);
        Assert.StartsWith("ERR unknown command", reply.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Maps_and_large_strings_come_through()
    {
        var large = new byte[3_000_000];
        new Random(1).NextBytes(large);
        await _client.CallAsync("SET", "large", large);
        Assert.Equal(large, (await _client.CallAsync("GET", "large")).Bytes);
        await _client.CallAsync("HSET", "hash", "a", 1, "b", 2);
        Assert.Equal("2", (await _client.CallAsync("HGETALL", "hash")).Field("b")!.Text);
    }

    [Fact]
    public async Task A_wrong_password_is_a_refusal_that_does_not_repeat_it()
    {
        await using var wrong = Create("wr0ng");
        var refusal = await Assert.ThrowsAsync<ConnectionRefusedException>(async () => await wrong.Connection.WaitUntilConnectedAsync(default));
        Assert.Contains("WRONGPASS", refusal.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("wr0ng", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Pushes_are_told_and_do_not_disturb_replies()
    {
        var pushed = new System.Collections.Concurrent.ConcurrentQueue<(string, string)>();
        _client.Pushed = (kind, channel) => pushed.Enqueue((kind, channel));
        _client.Subscribe("news");
        await Wait.UntilAsync(() => pushed.Contains(("subscribe", "news")));
        Assert.Equal(1, (await _client.CallAsync("PUBLISH", "news", "x")).Integer);
        await Wait.UntilAsync(() => pushed.Contains(("message", "news")));
        Assert.Equal("PONG", (await _client.CallAsync("PING")).Text);
    }

    [Fact]
    public async Task A_killed_server_loses_what_is_outstanding_and_the_client_comes_back()
    {
        var blocked = _client.CallAsync("BLPOP", "nothing", 0).AsTask();
        await Wait.UntilAsync(() => _client.ExpectsBytes);
        _host.Kill();
        await Assert.ThrowsAsync<RedisConnectionException>(() => blocked.WaitAsync(Wait.Patience));
        await Assert.ThrowsAsync<RedisConnectionException>(async () => await _client.CallAsync("PING"));
        await _host.StartAsync();
        await _client.Connection.WaitUntilConnectedAsync(default);
        Assert.Equal("PONG", (await _client.CallAsync("PING")).Text);
        Assert.Equal(2, _client.Connection.Epoch);
    }

    [Fact]
    public async Task A_stopped_server_is_noticed()
    {
        _host.Pause();
        try
        {
            // The connection of this test waits one second for what is owed.
            await Assert.ThrowsAsync<RedisConnectionException>(() => _client.CallAsync("PING").AsTask().WaitAsync(Wait.Patience));
            Assert.IsType<TimeoutException>(_client.Connection.LastError);
        }
        finally
        {
            _host.Continue();
        }

        await _client.Connection.WaitUntilConnectedAsync(default);
    }

    [Fact]
    public async Task A_request_that_cannot_make_sense_of_its_reply_is_told_and_so_are_those_behind_it()
    {
        var confused = new Confused();
        Assert.Equal(WriteAdmission.Admitted, _client.TrySend(confused));
        var behind = _client.CallAsync("BLPOP", "nothing", 0).AsTask();
        Assert.IsType<FormatException>(await confused.Lost.WaitAsync(Wait.Patience));
        await Assert.ThrowsAsync<RedisConnectionException>(() => behind.WaitAsync(Wait.Patience));
        await _client.Connection.WaitUntilConnectedAsync(default);
        Assert.Equal("PONG", (await _client.CallAsync("PING")).Text);
    }

    private sealed class Confused : RespRequest
    {
        private readonly TaskCompletionSource<Exception> _lost = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<Exception> Lost => _lost.Task;

        public override void Write(ref RespWriter writer)
        {
            writer.Command(1);
            writer.Argument("PING"u8);
        }

        public override void OnReply(int index, ref RespReader reply) => throw new FormatException("no sense");

        public override void OnLost(Exception reason) => _lost.SetResult(reason);
    }

    private RespClient Create(string password)
    {
        var options = new ConnectionOptions { Hosts = [new HostAddress(_host.Host, _host.Port)], SilenceTimeout = TimeSpan.FromSeconds(1) };
        var client = new RespClient("redis", options, new RespLogin("default", password, 0, "test"), NullLogger.Instance, TimeProvider.System);
        client.Connection.Start();
        return client;
    }
}
