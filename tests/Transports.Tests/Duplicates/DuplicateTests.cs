using System.Buffers;
using System.Text.Json;
using HighPerf.Data;
using HighPerf.TestKit;
using HighPerf.TestKit.Chaos;
using HighPerf.TestKit.Conformance;
using HighPerf.Transports.Tests.ActiveMq;
using HighPerf.Transports.Tests.Embedded;
using HighPerf.Transports.Tests.Kafka;
using HighPerf.Transports.Tests.Nats;
using HighPerf.Transports.Tests.RabbitMq;
using HighPerf.Transports.Tests.Redis;
using Microsoft.Extensions.Logging.Abstractions;

namespace HighPerf.Transports.Tests.Duplicates;

/// <summary>F13: whoever is delivered twice is run again, and has one effect where the effect goes by the message's id, as every sink's does.</summary>
/// <typeparam name="TFixture">The transport's fixture.</typeparam>
public abstract class DuplicateTests<TFixture> : IAsyncLifetime
    where TFixture : TransportFixture, new()
{
    private const string Broker = "shared";
    private const int Count = 20;
    private const int Copies = 2;
    private const int MaxStarts = 5;

    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);

    private readonly TFixture _fixture = new();
    private readonly Runs _runs = new();
    private readonly string _directory = Directory.CreateTempSubdirectory("highperf-duplicates-").FullName;
    private string _queue = "";
    private Transport _transport = null!;

    private string Effects => Path.Combine(_directory, "effects.jsonl");

    public async Task InitializeAsync()
    {
        _queue = _fixture.NewQueue();
        _transport = await _fixture.StartAsync();
    }

    public async Task DisposeAsync()
    {
        await _fixture.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task The_same_bytes_twice_are_run_twice_at_most_and_have_one_effect()
    {
        await OrderAsync();
        await using (var consumer = await TestConsumer.OpenAsync(_transport, _queue, Count, _fixture.Lease))
        {
            foreach (var delivery in await consumer.ReceiveAsync(Count))
            {
                for (var copy = 0; copy < Copies; copy++)
                {
                    // Under an id of their own at the broker: no window drops them. The one that counts is in the bytes.
                    var buffer = _transport.Rent();
                    buffer.Write(delivery.Bytes.ToArray());
                    var outcome = await _transport.PublishAsync(_transport.GetDestination(_queue), new OutgoingMessage { Bytes = buffer, Id = MessageId.New() }, default);
                    Assert.True(outcome.IsAccepted, outcome.ToString());
                }

                Assert.True(await consumer.Receiver.AcknowledgeAsync(delivery.Token));
            }
        }

        await using (var worker = await WorkAsync(_fixture.CreatePeer()))
        {
            await DoneAsync();
            await worker.StopAsync();
        }

        AssertOneEffectEach(least: Copies, most: Copies);
    }

    [Fact]
    public async Task Acknowledgements_that_are_lost_on_their_way_have_one_effect()
    {
        await using var proxy = ChaosProxy.Start(_fixture.Server);
        await OrderAsync();
        await using (var worker = await WorkAsync(_fixture.CreateVia(proxy.EndPoint), concurrency: 2))
        {
            await Wait.UntilAsync(() => _runs.OfNumber.Count >= 4, s_patience);

            // From here on nothing that the worker says arrives, acknowledgements least of all; then the connection ends.
            proxy.ToServer.IsBlackHole = true;
            var swallowed = proxy.ToServer.Swallowed;
            await Wait.UntilAsync(() => proxy.ToServer.Swallowed > swallowed, s_patience);
            proxy.Reset();
            proxy.Heal();
            await DoneAsync();
            await worker.StopAsync();
        }

        AssertOneEffectEach(least: 1, most: MaxStarts);
    }

    private void AssertOneEffectEach(int least, int most)
    {
        var effects = File.ReadLines(Effects).Select(static line => JsonSerializer.Deserialize(line, TallyJson.Default.Tallied)!.Number).ToArray();
        Assert.Equal(Enumerable.Range(0, Count), effects.Order());
        Assert.Equal(Enumerable.Range(0, Count), _runs.OfNumber.Keys.Order());
        Assert.All(_runs.OfNumber.Values, runs => Assert.InRange(runs, least, most));
    }

    private async Task DoneAsync()
    {
        await Wait.UntilAsync(() => _runs.OfNumber.Count == Count, s_patience);
        await Wait.UntilAsync(
            async () => await _transport.GetLengthAsync(_queue, default) is var length && Math.Max(length.Ready, 0) + Math.Max(length.Delayed, 0) + length.InFlight == 0, s_patience);
    }

    private async Task OrderAsync()
    {
        await using var caller = HighPerfApplication.Create(
            hp =>
            {
                hp.AddTransport(Broker, _ => _fixture.CreatePeer());
                hp.DefaultQueue = _queue;
                hp.WithoutWorker();
            },
            services => services.Add(_runs),
            NullLoggerFactory.Instance);
        await caller.StartAsync();
        for (var number = 0; number < Count; number++)
        {
            await caller.Publisher.SendAsync(Tally.Call(number).IgnoreResult());
        }

        await caller.StopAsync();
    }

    private async Task<HighPerfApplication> WorkAsync(Transport transport, int concurrency = 8)
    {
        var worker = HighPerfApplication.Create(
            hp =>
            {
                hp.AddTransport(Broker, _ => transport);
                hp.DefaultQueue = _queue;
                hp.AddFileSink("effects", TallyJson.Default.Tallied, sink => sink.Path = Effects);
                hp.Results<Tally>().ToSinks("effects");
                hp.AddWorker(worker => (worker.Concurrency, worker.Burst, worker.Lease) = (concurrency, concurrency, _fixture.Lease));
            },
            services => services.Add(_runs),
            NullLoggerFactory.Instance);
        await worker.StartAsync();
        return worker;
    }
}

public sealed class EmbeddedDuplicateTests : DuplicateTests<EmbeddedSocketFixture>;

public sealed class RedisDuplicateTests : DuplicateTests<RedisFixture>;

public sealed class NatsDuplicateTests : DuplicateTests<NatsFixture>;

public sealed class RabbitMqDuplicateTests : DuplicateTests<RabbitMqFixture>;

public sealed class ActiveMqDuplicateTests : DuplicateTests<ActiveMqFixture>;

public sealed class KafkaDuplicateTests : DuplicateTests<KafkaConsumerProtocolFixture>;
