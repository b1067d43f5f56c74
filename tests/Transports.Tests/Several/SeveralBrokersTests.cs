using HighPerf.TestKit;
using HighPerf.TestKit.Conformance;
using HighPerf.Transports.Tests.ActiveMq;
using HighPerf.Transports.Tests.Embedded;
using HighPerf.Transports.Tests.Kafka;
using HighPerf.Transports.Tests.Nats;
using HighPerf.Transports.Tests.RabbitMq;
using HighPerf.Transports.Tests.Redis;
using HighPerf.Transports.Tests.Replies;
using Microsoft.Extensions.Logging.Abstractions;

namespace HighPerf.Transports.Tests.Several;

/// <summary>One application with several brokers: it consumes from all, its routes go by tenant, and a task moves from one to another while both drain.</summary>
public sealed class SeveralBrokersTests : IAsyncLifetime
{
    private const int Each = 20;

    /// <summary>By the names that their transports have.</summary>
    private readonly Dictionary<string, TransportFixture> _fixtures = new()
    {
        ["client"] = new EmbeddedClientFixture(),
        ["redis"] = new RedisFixture(),
        ["rabbit"] = new RabbitMqFixture(),
        ["nats"] = new NatsFixture(),
        ["activemq"] = new ActiveMqFixture(),
        ["kafka"] = new KafkaFixture(),
    };

    private readonly Dictionary<string, string> _queues = [];
    private readonly List<HighPerfApplication> _applications = [];
    private readonly Executed _executed = new();

    public async Task InitializeAsync()
    {
        await _fixtures["client"].StartAsync();
        foreach (var (name, fixture) in _fixtures)
        {
            _queues[name] = fixture.NewQueue();
        }
    }

    public async Task DisposeAsync()
    {
        for (var i = _applications.Count - 1; i >= 0; i--)
        {
            await _applications[i].DisposeAsync();
        }

        foreach (var fixture in _fixtures.Values)
        {
            await fixture.DisposeAsync();
        }
    }

    [Fact]
    public async Task Routes_go_by_tenant_and_one_application_consumes_from_all_brokers()
    {
        var publisher = await StartAsync("publisher", [.. _fixtures.Keys], consumes: false);
        var number = 0;
        foreach (var name in _fixtures.Keys)
        {
            for (var i = 0; i < Each; i++)
            {
                await publisher.Publisher.SendAsync(Note.Call(number++).ForTenant(name));
            }
        }

        foreach (var (name, fixture) in _fixtures)
        {
            var transport = await fixture.StartPeerAsync();
            await Wait.UntilAsync(async () => (await transport.GetLengthAsync(_queues[name], default)).Ready == Each, what: name);
        }

        await StartAsync("worker", [.. _fixtures.Keys], consumes: true);
        await Wait.UntilAsync(() => _executed.Distinct == number);
        foreach (var name in _fixtures.Keys)
        {
            // What the broker has is a worker's, and its result comes back by it.
            Assert.Equal(42, (await publisher.Publisher.CallAsync(Replies.Double.Call(21).ForTenant(name)).AsTask().WaitAsync(Wait.Patience)).Value);
        }

        Assert.Equal(number, _executed.Count);
    }

    [Theory]
    [InlineData("redis", "nats")]
    [InlineData("rabbit", "client")]
    [InlineData("kafka", "redis")]
    [InlineData("activemq", "kafka")]
    public async Task A_task_moves_to_another_broker_under_load_and_nothing_is_lost(string from, string to)
    {
        // Workers consume both; a publisher of the old configuration, then one of each, then one of the new.
        await StartAsync("worker", [from, to], consumes: true);
        var before = await StartAsync("before", [from, to], consumes: false, moved: from);
        using var stopBefore = new CancellationTokenSource();
        using var stopAfter = new CancellationTokenSource();
        var numbers = 0;
        var old = LoadAsync(before, stopBefore.Token);
        await Wait.UntilAsync(() => _executed.Distinct > 200);
        var after = await StartAsync("after", [from, to], consumes: false, moved: to);
        var @new = LoadAsync(after, stopAfter.Token);
        var seen = _executed.Distinct;
        await Wait.UntilAsync(() => _executed.Distinct > seen + 200);
        await stopBefore.CancelAsync();
        await old;

        // The old queue drains while the new one goes on.
        var transport = await _fixtures[from].StartPeerAsync();
        await Wait.UntilAsync(async () => await transport.GetLengthAsync(_queues[from], default) is { Ready: 0, InFlight: 0 });
        await stopAfter.CancelAsync();
        await @new;
        await Wait.UntilAsync(() => _executed.Distinct == Volatile.Read(ref numbers));

        async Task LoadAsync(HighPerfApplication application, CancellationToken stop)
        {
            await Parallel.ForAsync(0, 4, async (_, _) =>
            {
                while (!stop.IsCancellationRequested)
                {
                    await application.Publisher.SendAsync(Note.Call(Interlocked.Increment(ref numbers)), CancellationToken.None);
                }
            });
        }
    }

    /// <param name="name">The process's name.</param>
    /// <param name="brokers">Its brokers.</param>
    /// <param name="consumes">It executes, from all of them.</param>
    /// <param name="moved">Where the task goes; by its tenant where null.</param>
    private async Task<HighPerfApplication> StartAsync(string name, string[] brokers, bool consumes, string? moved = null)
    {
        var application = HighPerfApplication.Create(
            hp =>
            {
                foreach (var broker in brokers)
                {
                    var transport = _fixtures[broker].CreatePeer();
                    hp.AddTransport(broker, _ => transport);
                    hp.Route("*").ForTenant(broker).To(broker, _queues[broker]);
                }

                if (moved is not null)
                {
                    hp.Route<Note>().To(moved, _queues[moved]);
                }

                if (consumes)
                {
                    hp.AddWorker(worker => worker.Queues = [.. brokers.Select(broker => $"{broker}/{_queues[broker]}")]);
                }
                else
                {
                    hp.WithoutWorker();
                }
            },
            services => services.Add(_executed).Add(new WorkerName(name)),
            NullLoggerFactory.Instance);
        await application.StartAsync();
        _applications.Add(application);
        return application;
    }
}
