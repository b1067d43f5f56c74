using System.Net;
using HighPerf.TestKit.Brokers;
using HighPerf.TestKit.Conformance;
using HighPerf.Transports.Kafka;

namespace HighPerf.Transports.Tests.Kafka;

/// <summary>
/// The Kafka transport on a mock cluster of one broker, in a process of each fixture's own. Topics have one partition: what has no key is in the order of publishing only within one.
/// </summary>
public class KafkaFixture : TransportFixture
{
    private readonly Lazy<KafkaHost> _host = new(static () =>
    {
        var host = new KafkaHost();
        host.StartAsync().GetAwaiter().GetResult();
        return host;
    });

    private readonly Lazy<KafkaCluster> _cluster;

    public KafkaFixture() => _cluster = new(() => Host.CreateClusterAsync().GetAwaiter().GetResult());

    public override TimeProvider Clock => TimeProvider.System;

    /// <summary>For processes that are killed: others get what they had after four seconds.</summary>
    public override string Address => $"{Cluster.Address}?manage.topics={KafkaHost.IsForeign}&fetch.wait.max.ms=10&session.timeout.ms=4000&heartbeat.interval.ms=500";

    public override IPEndPoint Server => Cluster.Server;

    public override TimeSpan Lease => TimeSpan.FromSeconds(3);

    public override bool TellsAge => false;

    public override IReadOnlyDictionary<string, string> Waived { get; } = new Dictionary<string, string>
    {
        ["BackPressureConformance"] = "a topic has no bound in messages: what bounds it is the brokers' disks; the bounds of prefetch and of unconfirmed publishes are in KafkaServerTests",
        ["ReconnectConformance"] = "the mock ends with an assertion (rd_kafka_mock_cgrp_classic_member_sync_set) when a member of a classic group comes back by another connection; it runs with the other groups, KafkaConsumerProtocolReconnect",
        ["CorruptionConformance"] = "librdkafka believes the counts in a damaged answer: rd_calloc fails and asserts, and the process ends (seen with 2.15.1, on both sides); cut-off answers are in ReconnectConformance",
    };

    /// <summary>The process that the clusters are in.</summary>
    public KafkaHost Host => _host.Value;

    public KafkaCluster Cluster => _cluster.Value;

    /// <summary>
    /// Options for a mock broker: it keeps an empty fetch waiting whatever is published meanwhile, creates topics only by itself, and takes a second less than a session to divide partitions anew.
    /// </summary>
    public static KafkaTransportOptions CreateOptions() => new()
    {
        ManageTopics = KafkaHost.IsForeign,
        Partitions = 1,
        FetchWait = TimeSpan.FromMilliseconds(10),
        SessionTimeout = TimeSpan.FromSeconds(KafkaHost.IsForeign ? 10 : 4),
    };

    public override async Task PassAsync(TimeSpan time) => await Task.Delay(time + TimeSpan.FromMilliseconds(20));

    /// <summary>Some fetches.</summary>
    public override async Task SettleAsync() => await Task.Delay(TimeSpan.FromMilliseconds(200));

    public override string NewQueue()
    {
        var queue = base.NewQueue();
        CreateTopicsAsync(Cluster, queue, 1).GetAwaiter().GetResult();
        return queue;
    }

    /// <summary>Creates a queue's topics at a mock cluster, which would give them four partitions.</summary>
    public static async Task CreateTopicsAsync(KafkaCluster cluster, string queue, int partitions)
    {
        var names = new KafkaNames(new KafkaTransportOptions().Prefix, queue);
        foreach (var topic in (string[])[.. names.Topics, names.Dead])
        {
            await cluster.CreateTopicAsync(topic, topic == names.Delay ? Waits.Levels : partitions);
        }
    }

    public override Transport CreateVia(EndPoint proxy)
    {
        Cluster.AdvertiseAsync(((IPEndPoint)proxy).Port).GetAwaiter().GetResult();
        var options = CreateOptions();
        options.PublishTimeout = TimeSpan.FromSeconds(3);
        options.RequestTimeout = TimeSpan.FromSeconds(3);
        options.ReconnectLongest = TimeSpan.FromSeconds(1);
        Configure(options);
        return new KafkaTransport("kafka", $"kafka://{proxy}", options, pool: Buffers.Pool);
    }

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        if (_host.IsValueCreated)
        {
            await Host.DisposeAsync();
        }
    }

    protected virtual void Configure(KafkaTransportOptions options)
    {
    }

    protected override Transport Create(TransportLimits limits)
    {
        var options = CreateOptions();
        Configure(options);
        options.MaxMessageBytes = (int)Math.Min(limits.CapacityBytes, options.MaxMessageBytes);
        return new KafkaTransport("kafka", Cluster.Address, options, pool: Buffers.Pool);
    }
}
