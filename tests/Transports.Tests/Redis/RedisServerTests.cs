using System.Text;
using HighPerf.TestKit;
using HighPerf.TestKit.Brokers;
using Microsoft.Extensions.Logging;

namespace HighPerf.Transports.Tests.Redis;

/// <summary>What depends on how the server is configured, and what an operator may do to it. Each test has a server of its own.</summary>
public sealed class RedisServerTests : IAsyncLifetime
{
    private const string Queue = "orders";

    private readonly List<IAsyncDisposable> _owned = [];

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        for (var i = _owned.Count - 1; i >= 0; i--)
        {
            await _owned[i].DisposeAsync();
        }
    }

    [Theory]
    [InlineData("no", "everysec", DurabilityLevel.Memory)]
    [InlineData("yes", "everysec", DurabilityLevel.Process)]
    [InlineData("yes", "no", DurabilityLevel.Process)]
    [InlineData("yes", "always", DurabilityLevel.Host)]
    public async Task The_level_is_what_the_server_is_configured_for(string appendOnly, string sync, DurabilityLevel expected)
    {
        var host = await HostAsync("--appendonly", appendOnly, "--appendfsync", sync);
        Assert.Equal(expected, (await StartAsync(host)).Durability);
    }

    [Fact]
    public async Task Less_than_was_asked_for_is_refused()
    {
        var host = await HostAsync("--appendonly", "no");
        var refusal = await Assert.ThrowsAsync<HighPerfException>(() => StartAsync(host, new RedisTransportOptions { MinimumDurability = DurabilityLevel.Process }));
        Assert.Contains("appendonly is off", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_evicts_is_refused()
    {
        var host = await HostAsync("--maxmemory-policy", "allkeys-lru");
        var refusal = await Assert.ThrowsAsync<HighPerfException>(() => StartAsync(host));
        Assert.Contains("noeviction", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_server_is_an_error_that_says_where()
    {
        var host = new RedisHost("--port", "1");
        var refusal = await Assert.ThrowsAsync<HighPerfException>(() => StartAsync(host, new RedisTransportOptions { StartTimeout = TimeSpan.FromMilliseconds(300) }));
        Assert.Contains(host.Address, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_full_memory_is_a_rejection_and_what_is_there_can_be_worked_off()
    {
        var host = await HostAsync();
        var transport = await StartAsync(host);
        await using var consumer = await TestConsumer.OpenAsync(transport, Queue);
        var config = await ClientAsync(host);
        for (var i = 0; i < 20; i++)
        {
            Assert.True((await PublishAsync(transport, "m" + i)).IsAccepted);
        }

        Assert.True((await PublishAsync(transport, "k0", key: "k")).IsAccepted);
        Assert.True((await PublishAsync(transport, "k1", key: "k")).IsAccepted);
        await config.CallAsync("CONFIG", "SET", "maxmemory", 1);
        var outcome = await PublishAsync(transport, "one too many");
        Assert.Equal(PublishStatus.Rejected, outcome.Status);
        Assert.Contains("OOM", outcome.Reason, StringComparison.Ordinal);
        foreach (var delivery in await consumer.ReceiveAsync(21))
        {
            Assert.True(await consumer.Receiver.AcknowledgeAsync(delivery.Token));
        }

        var last = await consumer.ReceiveAsync();
        Assert.Equal("k1", TestConsumer.Text(in last));
        Assert.True(await consumer.Receiver.ReleaseAsync(last.Token, TimeSpan.Zero));
        Assert.True(await consumer.Receiver.DeadLetterAsync((await consumer.ReceiveAsync()).Token, DeadLetterReason.Poisonous, "x"));
        Assert.Equal(0, await transport.PurgeAsync(Queue, true, default));
        await config.CallAsync("CONFIG", "SET", "maxmemory", 0);
        Assert.True((await PublishAsync(transport, "again")).IsAccepted);
    }

    [Fact]
    public async Task Scripts_that_the_server_forgot_are_sent_again()
    {
        var host = await HostAsync();
        var transport = await StartAsync(host);
        var admin = await ClientAsync(host);
        await using var consumer = await TestConsumer.OpenAsync(transport, Queue);
        for (var i = 0; i < 4; i++)
        {
            await admin.CallAsync("SCRIPT", "FLUSH");
            Assert.True((await PublishAsync(transport, "m")).IsAccepted);
            await admin.CallAsync("SCRIPT", "FLUSH");
            var delivery = await consumer.ReceiveAsync();
            await admin.CallAsync("SCRIPT", "FLUSH");
            consumer.Receiver.Renew([delivery.Token]);
            await admin.CallAsync("SCRIPT", "FLUSH");
            Assert.True(await consumer.Receiver.AcknowledgeAsync(delivery.Token));
        }
    }

    [Fact]
    public async Task A_server_that_lost_everything_is_set_up_again()
    {
        var host = await HostAsync();
        var transport = await StartAsync(host);
        var admin = await ClientAsync(host);
        await using var consumer = await TestConsumer.OpenAsync(transport, Queue);
        Assert.Empty(consumer.TryReceive(4));
        await admin.CallAsync("FLUSHALL");
        Assert.Equal(0, (await transport.GetLengthAsync(Queue, default)).Ready);
        Assert.True((await PublishAsync(transport, "after")).IsAccepted);
        var delivery = await consumer.ReceiveAsync();
        Assert.True(await consumer.Receiver.AcknowledgeAsync(delivery.Token));
    }

    [Fact]
    public async Task Duplicates_within_the_window_are_accepted_once_and_a_purge_forgets_them()
    {
        var host = await HostAsync();
        var transport = await StartAsync(host, new RedisTransportOptions { DeduplicationWindow = TimeSpan.FromMinutes(1) });
        Assert.True(transport.Capabilities[TransportFeature.Deduplication].IsThere);
        var id = MessageId.New();
        for (var i = 0; i < 3; i++)
        {
            Assert.True((await PublishAsync(transport, "once", id: id)).IsAccepted);
        }

        Assert.True((await PublishAsync(transport, "another")).IsAccepted);
        Assert.Equal(2, await transport.PurgeAsync(Queue, true, default));
        Assert.True((await PublishAsync(transport, "once", id: id)).IsAccepted);
        Assert.Equal(1, (await transport.GetLengthAsync(Queue, default)).Ready);
    }

    [Fact]
    public async Task Replicas_are_waited_for_and_too_few_leave_the_outcome_unknown()
    {
        var host = await HostAsync();
        var replica = await HostAsync("--replicaof", $"127.0.0.1 {host.Port}");
        var transport = await StartAsync(host, new RedisTransportOptions { WaitReplicas = 1, WaitTimeout = TimeSpan.FromMilliseconds(200) });
        Assert.Equal(DurabilityLevel.Replicated, transport.Durability);
        await Wait.UntilAsync(async () => (await PublishAsync(transport, "m")).IsAccepted);
        replica.Kill();
        var outcome = await PublishAsync(transport, "unsafe");
        Assert.Equal(PublishStatus.Unknown, outcome.Status);
        Assert.Contains("0 of 1 replicas", outcome.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_password_is_in_no_description_log_or_error()
    {
        const string Secret = "c4nary-s3cret";
        var host = await HostAsync("--requirepass", Secret);
        using var log = new CapturingLogger();
        await using (var right = new RedisTransport("redis", $"redis://:{Secret}@{host.Host}:{host.Port}", logger: log))
        {
            await right.StartAsync(default);
            Assert.Equal(host.Address, right.Description);
            await host.RestartAsync();
            Assert.True((await PublishAsync(right, "m")).IsAccepted);
        }

        await using var wrong = new RedisTransport("redis", $"redis://default:{Secret}x@{host.Host}:{host.Port}/0", logger: log);
        var refusal = await Assert.ThrowsAnyAsync<HighPerfException>(async () => await wrong.StartAsync(default));
        Assert.DoesNotContain(Secret, refusal.ToString() + wrong.Description + log.Text, StringComparison.Ordinal);
        Assert.Contains("WRONGPASS", refusal.Message, StringComparison.Ordinal);
        var unreadable = Assert.ThrowsAny<ArgumentException>(() => new RedisTransport("redis", $"redis://:{Secret}@host:port"));
        Assert.DoesNotContain(Secret, unreadable.ToString(), StringComparison.Ordinal);
        Assert.NotEmpty(log.Text);
    }

    [Fact]
    public async Task A_user_with_rights_on_its_keys_only_can_work()
    {
        var host = await HostAsync();
        var admin = await ClientAsync(host);
        await admin.CallAsync(
            "ACL", "SETUSER", "worker", "on", ">pw", "~{hp:*}*", "+@stream", "+@sortedset", "+@hash", "+@list", "+@string", "+@scripting", "+@connection", "+time", "+del", "+wait", "-@dangerous");
        await using var transport = new RedisTransport("redis", $"redis://worker:pw@{host.Host}:{host.Port}", new RedisTransportOptions { Capacity = 1, AssumedDurability = DurabilityLevel.Process });
        await transport.StartAsync(default);
        Assert.Equal(DurabilityLevel.Process, transport.Durability);
        Assert.True((await PublishAsync(transport, "m0")).IsAccepted);
        var waiting = PublishAsync(transport, "m1").AsTask();
        await using var consumer = await TestConsumer.OpenAsync(transport, Queue);
        var first = await consumer.ReceiveAsync();
        Assert.True(await consumer.Receiver.AcknowledgeAsync(first.Token));
        Assert.True((await waiting.WaitAsync(Wait.Patience)).IsAccepted);
    }

    [Fact]
    public async Task A_consumer_of_the_same_name_gets_back_at_once_what_it_had()
    {
        var host = await HostAsync();
        var options = new RedisTransportOptions { ConsumerName = "worker-1" };
        var first = await StartAsync(host, options);
        Assert.True((await PublishAsync(first, "a")).IsAccepted);
        Assert.True((await PublishAsync(first, "b")).IsAccepted);

        // Opened and left alone: as a process that was killed.
        var before = await TestConsumer.OpenAsync(first, Queue);
        _ = await before.ReceiveAsync();
        var second = await StartAsync(host, new RedisTransportOptions { ConsumerName = "worker-1" });
        await using var consumer = await TestConsumer.OpenAsync(second, Queue);
        var deliveries = await consumer.ReceiveAsync(2);
        Assert.Equal(["a", "b"], Array.ConvertAll(deliveries, delivery => TestConsumer.Text(in delivery)));
        Assert.Equal([2, 1], Array.ConvertAll(deliveries, delivery => delivery.DeliveryCount));
        Assert.All(deliveries, delivery => Assert.True(consumer.Receiver.AcknowledgeAsync(delivery.Token).AsTask().GetAwaiter().GetResult()));
    }

    [Fact]
    public async Task Entries_that_somebody_trimmed_are_reported()
    {
        var host = await HostAsync();
        using var log = new CapturingLogger();
        await using var transport = new RedisTransport("redis", host.Address, logger: log);
        await transport.StartAsync(default);
        var admin = await ClientAsync(host);
        Assert.True((await PublishAsync(transport, "a")).IsAccepted);
        await using var consumer = await TestConsumer.OpenAsync(transport, Queue, lease: TimeSpan.FromMilliseconds(200));
        _ = await consumer.ReceiveAsync();
        await admin.CallAsync("XTRIM", "{hp:orders}:n", "MAXLEN", 0);
        Assert.Empty(consumer.TryReceive(4));
        await Wait.UntilAsync(() => log.Text.Contains("are lost", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_reply_queue_that_nobody_uses_ends()
    {
        const string Replies = "replies-00000000000000b1";
        var host = await HostAsync();
        var transport = await StartAsync(host);
        var admin = await ClientAsync(host);
        await using (var consumer = await TestConsumer.OpenAsync(transport, Replies))
        {
            Assert.Empty(consumer.TryReceive(1));
            var left = (await admin.CallAsync("PTTL", $"{{hp:{Replies}}}:n")).Integer;
            Assert.InRange(left, 1, (long)ReplyQueue.UnusedLifetime.TotalMilliseconds);

            // Whoever waits for messages keeps it.
            await admin.CallAsync("PERSIST", $"{{hp:{Replies}}}:n");
            await Wait.UntilAsync(async () => (await admin.CallAsync("PTTL", $"{{hp:{Replies}}}:n")).Integer > 0);
        }

        await using var other = await TestConsumer.OpenAsync(transport, Queue);
        Assert.Equal(-1, (await admin.CallAsync("PTTL", $"{{hp:{Queue}}}:n")).Integer);
    }

    private async Task<RedisHost> HostAsync(params string[] arguments)
    {
        var host = new RedisHost(arguments.Length == 0 ? ["--loglevel", "warning"] : arguments);
        _owned.Add(host);
        await host.StartAsync();
        return host;
    }

    private async Task<RedisTransport> StartAsync(RedisHost host, RedisTransportOptions? options = null)
    {
        var transport = new RedisTransport("redis", host.Address, options);
        _owned.Add(transport);
        await transport.StartAsync(default);
        return transport;
    }

    private async Task<Transports.Redis.Resp.RespClient> ClientAsync(RedisHost host)
    {
        var client = RawRedis.Client(host);
        _owned.Add(client);
        await client.Connection.WaitUntilConnectedAsync(default);
        return client;
    }

    private static ValueTask<PublishOutcome> PublishAsync(RedisTransport transport, string text, MessageId? id = null, string? key = null)
    {
        var buffer = transport.Rent();
        buffer.Write(Encoding.UTF8.GetBytes(text));
        var message = new OutgoingMessage { Bytes = buffer, Id = id ?? MessageId.New(), Priority = MessagePriority.Normal, OrderingKey = key };
        return transport.PublishAsync(transport.GetDestination(Queue), in message, default);
    }
}
