using HighPerf.TestKit;
using HighPerf.TestKit.Brokers;
using HighPerf.TestKit.Chaos;
using HighPerf.TestKit.Faults;
using HighPerf.Transports.Kafka;

namespace HighPerf.Transports.Tests.Kafka;

/// <summary>What is Kafka's own: partitions that come and go, watermarks, retention, brokers that are down.</summary>
public sealed class KafkaServerTests : IAsyncLifetime
{
    private const int OffsetCommit = 8;
    private const int Produce = 0;

    private readonly KafkaFixture _fixture = new();
    private readonly List<KafkaTransport> _transports = [];
    private readonly string _queue = "q" + Guid.NewGuid().ToString("N");

    public Task InitializeAsync() => KafkaFixture.CreateTopicsAsync(_fixture.Cluster, _queue, 4);

    public async Task DisposeAsync()
    {
        foreach (var transport in _transports)
        {
            await transport.DisposeAsync();
        }

        await _fixture.DisposeAsync();
    }

    [Theory]
    [InlineData(KafkaGroupProtocol.Classic)]
    [InlineData(KafkaGroupProtocol.Consumer)]
    public async Task Processes_come_and_go_and_each_message_runs_once(KafkaGroupProtocol protocol)
    {
        if (KafkaHost.IsForeign && protocol == KafkaGroupProtocol.Consumer)
        {
            return;
        }

        var first = await StartAsync(options => options.GroupProtocol = protocol);
        await using var load = new FaultLoad(first, _queue);
        await load.StartAsync(4, TimeSpan.FromSeconds(30));
        await load.GoOnAsync(100);
        var second = await StartAsync(options => options.GroupProtocol = protocol);
        await using (var other = await TestConsumer.OpenAsync(second, _queue))
        {
            // It gets its share while the first one goes on; what it runs is told to the ledger of both.
            var shared = 0;
            while (shared < 200)
            {
                foreach (var delivery in other.TryReceive(16))
                {
                    var text = TestConsumer.Text(in delivery);
                    load.Ledger.Run(text[..text.IndexOf(' ', StringComparison.Ordinal)]);
                    Assert.True(await other.Receiver.AcknowledgeAsync(delivery.Token));
                    shared++;
                }

                await other.Signal.WaitAsync(TimeSpan.FromMilliseconds(20));
            }
        }

        await load.GoOnAsync(300);
        var verdict = await load.DrainAsync();
        Assert.True(verdict.Duplicated == 0, verdict.ToString());
    }

    [Fact]
    public async Task Acknowledged_in_any_order_only_the_others_come_again()
    {
        var transport = await StartAsync();
        var queue = _fixture.NewQueue();
        await PublishAsync(transport, queue, 50);
        await using (var consumer = await TestConsumer.OpenAsync(transport, queue))
        {
            var deliveries = await consumer.ReceiveAsync(50);
            for (var i = 49; i >= 0; i--)
            {
                if (i % 7 != 0)
                {
                    Assert.True(await consumer.Receiver.AcknowledgeAsync(deliveries[i].Token));
                }
            }
        }

        // Another process: all it knows is what is committed.
        var other = await StartAsync();
        await using var second = await TestConsumer.OpenAsync(other, queue);
        var again = await second.ReceiveAsync(8);
        Assert.Equal(["m0", "m14", "m21", "m28", "m35", "m42", "m49", "m7"], again.Select(static delivery => TestConsumer.Text(in delivery)).Order(StringComparer.Ordinal));
        Assert.All(again, static delivery => Assert.Equal(1, delivery.DeliveryCount));
        await _fixture.SettleAsync();
        Assert.Empty(second.TryReceive(4));
    }

    [Fact]
    public async Task Lost_partitions_are_not_committed_and_their_deliveries_are_somebody_elses()
    {
        var queue = _fixture.NewQueue();
        await using var proxy = ChaosProxy.Start(_fixture.Server);
        await using var transport = _fixture.CreateVia(proxy.EndPoint);
        await transport.StartAsync(default);
        Assert.True((await PublishAsync(transport, queue, "a")).IsAccepted);
        await using var consumer = await TestConsumer.OpenAsync(transport, queue, lease: TimeSpan.FromMinutes(2));
        var lost = await consumer.ReceiveAsync();
        proxy.ToServer.IsBlackHole = true;
        proxy.ToClient.IsBlackHole = true;
        await Task.Delay(KafkaFixture.CreateOptions().SessionTimeout + TimeSpan.FromSeconds(1));
        proxy.Heal();
        var again = await consumer.ReceiveAsync();
        Assert.Equal([lost.Token], consumer.Signal.Lost);
        Assert.False(await consumer.Receiver.AcknowledgeAsync(lost.Token));

        // It was the first that was not done when its partition changed hands without a word.
        Assert.Equal(("a", 2), (TestConsumer.Text(in again), again.DeliveryCount));
        Assert.True(await consumer.Receiver.AcknowledgeAsync(again.Token));
    }

    [Fact]
    public async Task What_is_out_of_a_partition_that_another_is_to_get_has_time_to_end()
    {
        var first = await StartAsync();
        await PublishAsync(first, _queue, 40);
        await using var holding = await TestConsumer.OpenAsync(first, _queue);
        var held = await holding.ReceiveAsync(40);
        var second = await StartAsync();
        await using var waiting = await TestConsumer.OpenAsync(second, _queue);

        // The group wants to give it some of them: not while they are out.
        await Task.Delay(TimeSpan.FromSeconds(1));
        Assert.Empty(waiting.TryReceive(64));
        foreach (var delivery in held)
        {
            Assert.True(await holding.Receiver.AcknowledgeAsync(delivery.Token));
        }

        await PublishAsync(first, _queue, 400);
        var (left, right) = (0, 0);
        while (left + right < 400)
        {
            left += await AcknowledgeAllAsync(holding);
            right += await AcknowledgeAllAsync(waiting);
            await Task.Delay(5);
        }

        Assert.Equal(400, left + right);
    }

    [Fact]
    public async Task A_commit_that_is_refused_is_made_again_and_nobody_is_told_before()
    {
        var transport = await StartAsync();
        await PublishAsync(transport, _queue, 5);
        await using var consumer = await TestConsumer.OpenAsync(transport, _queue);
        var deliveries = await consumer.ReceiveAsync(5);
        await _fixture.Cluster.FailAsync(OffsetCommit, 3, error: 27);
        var started = DateTime.UtcNow;
        Assert.All(await Task.WhenAll(deliveries.Select(delivery => consumer.Receiver.AcknowledgeAsync(delivery.Token).AsTask())), Assert.True);
        Assert.True(KafkaHost.IsForeign || DateTime.UtcNow - started > TimeSpan.FromMilliseconds(300));
        Assert.Equal((0, 0), ((await transport.GetLengthAsync(_queue, default)).Ready, (await transport.GetLengthAsync(_queue, default)).InFlight));
    }

    [Fact]
    public async Task Refused_is_rejected_and_a_broker_in_need_is_asked_again()
    {
        if (KafkaHost.IsForeign)
        {
            return;
        }

        var transport = await StartAsync();
        Assert.True((await PublishAsync(transport, _queue, "first")).IsAccepted);
        await _fixture.Cluster.FailAsync(Produce, 1, error: 10);
        var tooLarge = await PublishAsync(transport, _queue, "large");
        Assert.Equal(PublishStatus.Rejected, tooLarge.Status);
        Assert.Contains("too large", tooLarge.Reason, StringComparison.OrdinalIgnoreCase);
        await _fixture.Cluster.FailAsync(Produce, 2, error: 19);
        Assert.True((await PublishAsync(transport, _queue, "again")).IsAccepted);
    }

    [Fact]
    public async Task Brokers_are_down_under_load_and_nothing_is_lost()
    {
        if (KafkaHost.IsForeign)
        {
            return;
        }

        await using var cluster = await _fixture.Host.CreateClusterAsync(brokers: 3);
        await using var transport = new KafkaTransport("kafka", cluster.Address, KafkaFixture.CreateOptions());
        await transport.StartAsync(default);
        await using var load = new FaultLoad(transport, _queue, giveBackOneIn: 20);
        await load.StartAsync(4, TimeSpan.FromSeconds(30));
        await load.GoOnAsync(200);
        for (var broker = 1; broker <= 3; broker++)
        {
            // What it leads, and maybe the group, waits for it.
            await cluster.SetDownAsync(broker);
            await Task.Delay(TimeSpan.FromSeconds(1));
            await cluster.SetUpAsync(broker);
            await load.GoOnAsync(100);
        }

        await cluster.SetDownAsync();
        await Task.Delay(TimeSpan.FromSeconds(6));
        await cluster.SetUpAsync();
        await load.GoOnAsync(200);
        await load.DrainAsync();
    }

    [Fact]
    public async Task Brokers_that_are_down_hold_publishers_up_within_bounds()
    {
        var transport = await StartAsync(static options => (options.MaxUnconfirmed, options.PublishTimeout) = (3, TimeSpan.FromSeconds(2)));
        Assert.True((await PublishAsync(transport, _queue, "first")).IsAccepted);
        await _fixture.Cluster.SetDownAsync();
        using var cancellation = new CancellationTokenSource();
        var sent = Enumerable.Range(0, 3).Select(i => PublishAsync(transport, _queue, "m" + i)).ToArray();
        var waiting = PublishAsync(transport, _queue, "waiting", cancellation.Token);
        var behind = PublishAsync(transport, _queue, "behind");
        await cancellation.CancelAsync();
        if (!KafkaHost.IsForeign)
        {
            Assert.Equal(PublishStatus.Rejected, (await waiting.WaitAsync(TimeSpan.FromSeconds(1))).Status);
            Assert.All(await Task.WhenAll(sent), static outcome => Assert.Equal(PublishStatus.Unknown, outcome.Status));
        }

        await _fixture.Cluster.SetUpAsync();
        await behind;
        await Wait.UntilAsync(async () => (await PublishAsync(transport, _queue, "last")).IsAccepted);
    }

    [Fact]
    public async Task No_more_than_the_prefetch_is_out()
    {
        var transport = await StartAsync();
        await PublishAsync(transport, _queue, 4);
        await using var consumer = await TestConsumer.OpenAsync(transport, _queue, prefetch: 2);
        var deliveries = await consumer.ReceiveAsync(2);
        await _fixture.SettleAsync();
        Assert.Empty(consumer.TryReceive(4));
        Assert.Equal((2, 2), ((await transport.GetLengthAsync(_queue, default)).Ready, (await transport.GetLengthAsync(_queue, default)).InFlight));
        var before = consumer.Signal.Count;
        Assert.True(await consumer.Receiver.AcknowledgeAsync(deliveries[0].Token));
        await Wait.UntilAsync(() => consumer.Signal.Count > before);
        Assert.Single(consumer.TryReceive(4));
    }

    [Fact]
    public async Task A_message_that_is_never_done_holds_its_partition_at_the_window_and_no_longer()
    {
        var transport = await StartAsync(static options => options.MaxWindow = 100);
        var queue = _fixture.NewQueue();
        await PublishAsync(transport, queue, 400);
        await using var consumer = await TestConsumer.OpenAsync(transport, queue, prefetch: 256);
        var head = await consumer.ReceiveAsync();
        var done = 0;
        for (var quiet = 0; quiet < 20; quiet++)
        {
            var count = await AcknowledgeAllAsync(consumer);
            done += count;
            quiet = count > 0 ? 0 : quiet;
            await Task.Delay(10);
        }

        Assert.InRange(done, 99, 99 + 128);
        Assert.True(await consumer.Receiver.AcknowledgeAsync(head.Token));
        while (done < 399)
        {
            done += await AcknowledgeAllAsync(consumer);
            await Task.Delay(5);
        }
    }

    [Fact]
    public async Task What_retention_removed_is_told_and_the_rest_goes_on()
    {
        if (KafkaHost.IsForeign)
        {
            return;
        }

        var queue = _fixture.NewQueue();
        var log = new Redis.CapturingLogger();
        await using var transport = new KafkaTransport("kafka", _fixture.Cluster.Address, KafkaFixture.CreateOptions(), log);
        await transport.StartAsync(default);
        await PublishAsync(transport, queue, 10);
        await using (var consumer = await TestConsumer.OpenAsync(transport, queue, prefetch: 1))
        {
            Assert.True(await consumer.Receiver.AcknowledgeAsync((await consumer.ReceiveAsync()).Token));
        }

        var topic = new KafkaNames(transport.Options.Prefix, queue).Of((int)MessagePriority.Normal);
        await _fixture.Cluster.DeleteRecordsAsync(topic, 0, 6);
        await using var again = await TestConsumer.OpenAsync(transport, queue);
        Assert.Equal(["m6", "m7", "m8", "m9"], (await again.ReceiveAsync(4)).Select(static delivery => TestConsumer.Text(in delivery)));
        await Wait.UntilAsync(() => log.Text.Contains("5 messages before offset 6 are gone", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_due_while_nobody_consumes_comes_with_the_first_who_does()
    {
        var transport = await StartAsync();
        var queue = _fixture.NewQueue();
        var now = DateTime.UtcNow.Ticks;
        foreach (var delay in (int[])[2500, 2000])
        {
            var buffer = transport.Rent();
            buffer.Write(System.Text.Encoding.UTF8.GetBytes($"{delay}"));
            var message = new OutgoingMessage { Bytes = buffer, Id = MessageId.New(), NotBeforeTicks = now + (delay * TimeSpan.TicksPerMillisecond) };
            Assert.True((await transport.PublishAsync(transport.GetDestination(queue), in message, default)).IsAccepted);
        }

        Assert.Equal(2, (await transport.GetLengthAsync(queue, default)).Delayed);
        await Task.Delay(2_700);
        Assert.Equal(2, (await transport.GetLengthAsync(queue, default)).Delayed);
        await using var consumer = await TestConsumer.OpenAsync(transport, queue);
        Assert.Equal(["2000", "2500"], (await consumer.ReceiveAsync(2)).Select(static delivery => TestConsumer.Text(in delivery)).Order());
    }

    [Fact]
    public async Task Nobody_who_answers_and_a_cluster_that_is_too_small_are_refused_at_start()
    {
        await using var nowhere = new KafkaTransport("kafka", "kafka://user:secret@127.0.0.1:1", new KafkaTransportOptions { StartTimeout = TimeSpan.FromSeconds(1) });
        var refusal = await Assert.ThrowsAsync<HighPerfException>(() => nowhere.StartAsync(default).AsTask());
        Assert.Contains("127.0.0.1:1", refusal.Message);
        Assert.DoesNotContain("secret", refusal.Message);
        if (KafkaHost.IsForeign)
        {
            return;
        }

        var options = KafkaFixture.CreateOptions();
        options.Durability = DurabilityLevel.Replicated;
        await using var small = new KafkaTransport("kafka", _fixture.Cluster.Address, options);
        Assert.Contains("needs 3", (await Assert.ThrowsAsync<HighPerfException>(() => small.StartAsync(default).AsTask())).Message);
    }

    private async Task<KafkaTransport> StartAsync(Action<KafkaTransportOptions>? configure = null)
    {
        var options = KafkaFixture.CreateOptions();
        configure?.Invoke(options);
        var transport = new KafkaTransport("kafka", _fixture.Cluster.Address, options, pool: _fixture.Buffers.Pool);
        _transports.Add(transport);
        await transport.StartAsync(default);
        return transport;
    }

    private static async Task<int> AcknowledgeAllAsync(TestConsumer consumer)
    {
        var deliveries = consumer.TryReceive(64);
        foreach (var delivery in deliveries)
        {
            Assert.True(await consumer.Receiver.AcknowledgeAsync(delivery.Token));
        }

        return deliveries.Length;
    }

    private static async Task PublishAsync(Transport transport, string queue, int count)
    {
        var outcomes = await Task.WhenAll(Enumerable.Range(0, count).Select(i => PublishAsync(transport, queue, "m" + i)));
        Assert.All(outcomes, static outcome => Assert.True(outcome.IsAccepted, outcome.Reason));
    }

    private static Task<PublishOutcome> PublishAsync(Transport transport, string queue, string text, CancellationToken cancellationToken = default)
    {
        var buffer = transport.Rent();
        buffer.Write(System.Text.Encoding.UTF8.GetBytes(text));
        return transport.PublishAsync(transport.GetDestination(queue), new OutgoingMessage { Bytes = buffer, Id = MessageId.New(), Priority = MessagePriority.Normal }, cancellationToken).AsTask();
    }
}
