using System.Text;
using HighPerf.Connections;
using HighPerf.TestKit;
using HighPerf.TestKit.Brokers;
using HighPerf.Transports.Redis;

namespace HighPerf.Transports.Tests.Redis;

/// <summary>A failover by sentinels, and a cluster whose slots move.</summary>
public sealed class RedisTopologyTests : IAsyncLifetime
{
    private readonly List<IAsyncDisposable> _owned = [];

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        for (var i = _owned.Count - 1; i >= 0; i--)
        {
            await _owned[i].DisposeAsync();
        }
    }

    [Fact]
    public async Task A_failover_is_followed()
    {
        var master = await HostAsync("--loglevel", "warning");
        var replica = await HostAsync("--replicaof", $"127.0.0.1 {master.Port}");
        var sentinel = await SentinelAsync(master.Port);
        var transport = new RedisTransport("redis", $"{sentinel.Address}?master=main", new RedisTransportOptions { WaitReplicas = 1 });
        _owned.Add(transport);
        await transport.StartAsync(default);
        await Wait.UntilAsync(async () => (await PublishAsync(transport, "q", "before")).IsAccepted);
        var admin = RawRedis.Client(sentinel);
        _owned.Add(admin);
        await admin.Connection.WaitUntilConnectedAsync(default);
        await Wait.UntilAsync(async () => (await admin.CallAsync("SENTINEL", "REPLICAS", "main")).Items.Length == 1);
        await using var consumer = await TestConsumer.OpenAsync(transport, "q");
        Assert.Equal("OK", (await admin.CallAsync("SENTINEL", "FAILOVER", "main")).Text);

        // The old master becomes a replica: what is published goes to the new one, by what the sentinel says.
        await Wait.UntilAsync(async () => (await admin.CallAsync("SENTINEL", "GET-MASTER-ADDR-BY-NAME", "main")).Items[1].Integer == replica.Port);
        await Wait.UntilAsync(async () => (await PublishAsync(transport, "q", "after")).IsAccepted);
        var seen = new List<string>();
        while (!seen.Contains("after"))
        {
            var delivery = await consumer.ReceiveAsync();
            seen.Add(TestConsumer.Text(in delivery));
            await consumer.Receiver.AcknowledgeAsync(delivery.Token);
        }

        Assert.Contains("before", seen);
    }

    [Fact]
    public async Task Queues_of_a_cluster_are_where_their_slots_are_and_follow_them()
    {
        var nodes = new RedisHost[3];
        for (var i = 0; i < nodes.Length; i++)
        {
            nodes[i] = await HostAsync("--cluster-enabled", "yes");
        }

        await FormClusterAsync(nodes);
        var transport = new RedisTransport("redis", nodes[0].Address);
        _owned.Add(transport);
        await transport.StartAsync(default);
        for (var i = 0; i < 8; i++)
        {
            await ThereAndBackAsync(transport, "q" + i);
        }

        // The slot of one queue goes to another node, with its keys.
        var slot = HashSlot.Of("hp:q0");
        var from = slot * nodes.Length / 16_384;
        await using var consumer = await TestConsumer.OpenAsync(transport, "q0");
        await MoveSlotAsync(nodes, slot, from, (from + 1) % nodes.Length);
        await Wait.UntilAsync(async () => (await PublishAsync(transport, "q0", "moved")).IsAccepted);
        var delivery = await consumer.ReceiveAsync();
        Assert.Equal("moved", TestConsumer.Text(in delivery));
        Assert.True(await consumer.Receiver.AcknowledgeAsync(delivery.Token));
    }

    [Fact]
    public async Task A_referral_to_a_host_that_is_not_allowed_is_refused()
    {
        var master = await HostAsync("--loglevel", "warning");
        var sentinel = await SentinelAsync(master.Port);
        var options = new RedisTransportOptions { AllowedHosts = [new HostAddress("127.0.0.1", 1)], StartTimeout = TimeSpan.FromSeconds(10) };
        var transport = new RedisTransport("redis", $"{sentinel.Address}?master=main", options);
        _owned.Add(transport);
        var refusal = await Assert.ThrowsAsync<ConnectionRefusedException>(async () => await transport.StartAsync(default));
        Assert.Contains("AllowedHosts", refusal.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("123456789", 12739)]
    [InlineData("", 0)]
    public void Slots_are_those_of_the_specification(string tag, int slot) => Assert.Equal(slot, HashSlot.Of(tag));

    private async Task<RedisHost> HostAsync(params string[] arguments)
    {
        var host = new RedisHost(arguments);
        _owned.Add(host);
        await host.StartAsync();
        return host;
    }

    private async Task<RedisHost> SentinelAsync(int masterPort)
    {
        var host = new RedisHost(RedisHost.Sentinel($"sentinel monitor main 127.0.0.1 {masterPort} 1\nsentinel down-after-milliseconds main 2000\nsentinel failover-timeout main 10000\n"));
        _owned.Add(host);
        await host.StartAsync();
        return host;
    }

    private static async Task FormClusterAsync(RedisHost[] nodes)
    {
        for (var i = 0; i < nodes.Length; i++)
        {
            await using var client = await ClientAsync(nodes[i]);
            await client.CallAsync("CLUSTER", "ADDSLOTSRANGE", i * 16_384 / nodes.Length + (i == 0 ? 0 : 1), (i + 1) * 16_384 / nodes.Length - (i == nodes.Length - 1 ? 1 : 0));
            if (i > 0)
            {
                await client.CallAsync("CLUSTER", "MEET", "127.0.0.1", nodes[0].Port);
            }
        }

        foreach (var node in nodes)
        {
            await using var client = await ClientAsync(node);
            await Wait.UntilAsync(async () => (await client.CallAsync("CLUSTER", "INFO")).Text is var info
                && info.Contains("cluster_state:ok", StringComparison.Ordinal) && info.Contains("cluster_slots_assigned:16384", StringComparison.Ordinal));
        }
    }

    private static async Task MoveSlotAsync(RedisHost[] nodes, int slot, int from, int to)
    {
        await using var source = await ClientAsync(nodes[from]);
        await using var target = await ClientAsync(nodes[to]);
        var sourceId = (await source.CallAsync("CLUSTER", "MYID")).Text;
        var targetId = (await target.CallAsync("CLUSTER", "MYID")).Text;
        await target.CallAsync("CLUSTER", "SETSLOT", slot, "IMPORTING", sourceId);
        await source.CallAsync("CLUSTER", "SETSLOT", slot, "MIGRATING", targetId);
        while ((await source.CallAsync("CLUSTER", "GETKEYSINSLOT", slot, 100)).Items is { Length: > 0 } keys)
        {
            object[] migrate = ["MIGRATE", "127.0.0.1", nodes[to].Port, "", 0, 5000, "KEYS", .. keys.Select(key => key.Text)];
            var reply = await source.CallAsync(migrate);
            Assert.False(reply.IsError, reply.Text);
        }

        await target.CallAsync("CLUSTER", "SETSLOT", slot, "NODE", targetId);
        await source.CallAsync("CLUSTER", "SETSLOT", slot, "NODE", targetId);
    }

    private static async Task<Transports.Redis.Resp.RespClient> ClientAsync(RedisHost host)
    {
        var client = RawRedis.Client(host);
        await client.Connection.WaitUntilConnectedAsync(default);
        return client;
    }

    private static async Task ThereAndBackAsync(RedisTransport transport, string queue)
    {
        Assert.True((await PublishAsync(transport, queue, queue)).IsAccepted);
        await using var consumer = await TestConsumer.OpenAsync(transport, queue);
        var delivery = await consumer.ReceiveAsync();
        Assert.Equal(queue, TestConsumer.Text(in delivery));
        Assert.True(await consumer.Receiver.AcknowledgeAsync(delivery.Token));
    }

    private static ValueTask<PublishOutcome> PublishAsync(RedisTransport transport, string queue, string text)
    {
        var buffer = transport.Rent();
        buffer.Write(Encoding.UTF8.GetBytes(text));
        return transport.PublishAsync(transport.GetDestination(queue), new OutgoingMessage { Bytes = buffer, Id = MessageId.New(), Priority = MessagePriority.Normal }, default);
    }
}
