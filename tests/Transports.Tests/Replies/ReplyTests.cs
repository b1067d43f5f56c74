using System.Collections.Concurrent;
using HighPerf.TestKit;
using HighPerf.TestKit.Conformance;
using HighPerf.Transports.Tests.ActiveMq;
using HighPerf.Transports.Tests.Embedded;
using HighPerf.Transports.Tests.Kafka;
using HighPerf.Transports.Tests.Nats;
using HighPerf.Transports.Tests.RabbitMq;
using HighPerf.Transports.Tests.Redis;
using Microsoft.Extensions.Logging.Abstractions;

namespace HighPerf.Transports.Tests.Replies;

/// <summary>
/// Results come back to the process that asked, whoever executed: one application that calls and executes nothing, two that execute, each with a transport of its own, as three
/// processes have. Workflows too, whose state is in the caller.
/// </summary>
public abstract class ReplyTests<TFixture> : IAsyncLifetime
    where TFixture : TransportFixture, new()
{
    private const string Broker = "shared";
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);

    protected TFixture Fixture { get; } = new();
    private readonly List<HighPerfApplication> _applications = [];
    private readonly string _payloads = Directory.CreateTempSubdirectory("highperf-payloads-").FullName;
    private string _queue = "";
    private HighPerfApplication _caller = null!;

    public virtual async Task InitializeAsync()
    {
        _queue = Fixture.NewQueue();
        await AddAsync("first");
        await AddAsync("second");
        _caller = await AddAsync(name: null);
    }

    public async Task DisposeAsync()
    {
        for (var i = _applications.Count - 1; i >= 0; i--)
        {
            await _applications[i].DisposeAsync();
        }

        await Fixture.DisposeAsync();
        Directory.Delete(_payloads, recursive: true);
    }

    [Fact]
    public async Task A_result_comes_back() => Assert.Equal(42, (await CallAsync(21)).Value);

    [Fact]
    public async Task Many_at_once_come_back_to_their_own_calls()
    {
        var workers = new ConcurrentDictionary<string, bool>();
        await Parallel.ForAsync(0, 300, new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (i, _) =>
        {
            var doubled = await CallAsync(i);
            Assert.Equal(i * 2, doubled.Value);
            workers[doubled.Worker] = true;
        });
        Assert.DoesNotContain("caller", workers.Keys);
    }

    [Fact]
    public async Task A_failure_comes_back_with_what_went_wrong()
    {
        var failure = await Assert.ThrowsAsync<TaskFailedException>(async () => await _caller.Publisher.CallAsync(Fail.Call("no fuel")).AsTask().WaitAsync(s_patience));
        Assert.Contains("no fuel", failure.Message);
        Assert.EndsWith("fail", failure.Task, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_handle_has_its_result()
    {
        var handle = await _caller.Publisher.SendAsync(Double.Call(4));
        Assert.Equal(8, (await handle.GetResultAsync(default).WaitAsync(s_patience)).Value);
    }

    [Fact]
    public async Task A_chord_whose_members_are_executed_anywhere_completes_in_the_caller()
    {
        var chord = Chord.Of(Enumerable.Range(1, 20).Select(Double.Call), Sum.Step(1000));
        Assert.Equal(1000 + (20 * 21), await _caller.Publisher.CallAsync(chord).AsTask().WaitAsync(s_patience));
    }

    [Fact]
    public async Task A_workflow_that_fails_elsewhere_fails_here()
    {
        var chord = Group.Of([Fail.Call("first"), Fail.Call("second")]);
        var failure = await Assert.ThrowsAsync<TaskFailedException>(async () => await _caller.Publisher.CallAsync(chord).AsTask().WaitAsync(s_patience));
        Assert.True(failure.Description.Contains("first", StringComparison.Ordinal) || failure.Description.Contains("second", StringComparison.Ordinal), failure.Message);
    }

    [Fact]
    public async Task A_large_result_comes_by_the_payload_store()
    {
        var bytes = await _caller.Publisher.CallAsync(Fill.Call(900_000)).AsTask().WaitAsync(s_patience);
        Assert.Equal(900_000, bytes.Count(static b => b == 7));

        // The result's goes when the result is taken.
        await Wait.UntilAsync(() => !Directory.EnumerateFiles(_payloads, "*", SearchOption.AllDirectories).Any(static file => new FileInfo(file) is { Exists: true, Length: > 1000 }));
    }

    private Task<Doubled> CallAsync(int number) => _caller.Publisher.CallAsync(Double.Call(number)).AsTask().WaitAsync(s_patience);

    private async Task<HighPerfApplication> AddAsync(string? name)
    {
        var transport = Fixture.CreatePeer();
        var application = HighPerfApplication.Create(
            hp =>
            {
                hp.AddTransport(Broker, _ => transport);
                hp.DefaultQueue = _queue;
                hp.Publisher.ClaimCheckBytes = 100_000;
                hp.UseFilePayloads(files => files.Path = _payloads);
                if (name is null)
                {
                    hp.WithoutWorker();
                }
                else
                {
                    hp.AddWorker(worker => worker.Retry = new RetryPolicy { MaxAttempts = 1 });
                }
            },
            services => services.Add(new WorkerName(name ?? "caller")),
            NullLoggerFactory.Instance);
        await application.StartAsync();
        _applications.Add(application);
        return application;
    }
}

public sealed class EmbeddedReplyTests : ReplyTests<EmbeddedClientFixture>
{
    public override async Task InitializeAsync()
    {
        await Fixture.StartAsync();
        await base.InitializeAsync();
    }
}

public sealed class RedisReplyTests : ReplyTests<RedisFixture>;

public sealed class NatsReplyTests : ReplyTests<NatsFixture>;

public sealed class RabbitMqReplyTests : ReplyTests<RabbitMqFixture>;

public sealed class ActiveMqReplyTests : ReplyTests<ActiveMqFixture>;

public sealed class KafkaReplyTests : ReplyTests<KafkaFixture>;
