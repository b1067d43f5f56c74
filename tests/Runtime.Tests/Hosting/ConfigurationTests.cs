using HighPerf.Tests.Declarations;
using HighPerf.Transports;

namespace HighPerf.Tests.Hosting;

public sealed class ConfigurationTests
{
    [Fact]
    public void Every_error_is_listed_with_its_path_and_what_to_do()
    {
        var exception = Assert.Throws<HighPerfConfigurationException>(static () => HighPerfApplication.Create(static hp =>
        {
            hp.DefaultQueue = " ";
            hp.Publisher.MaxBodyBytes = 0;
            hp.Publisher.PublishTimeout = TimeSpan.Zero;
            hp.AddInMemory("main").AddInMemory("MAIN").AddInMemory("a/b");
        }));
        Assert.Contains("settings are wrong", exception.Message, StringComparison.Ordinal);
        foreach (var text in new[] { "DefaultQueue", "Publisher.MaxBodyBytes is 0", "Publisher.PublishTimeout", "Two brokers are called 'MAIN'", "'a/b'" })
        {
            Assert.Contains(exception.Errors, error => error.Contains(text, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Routes_sinks_and_queues_must_lead_somewhere()
    {
        var exception = Assert.Throws<HighPerfConfigurationException>(static () => HighPerfApplication.Create(static hp =>
        {
            hp.AddInMemory("main");
            hp.Route<Add>().To("nowhere");
            hp.Results("*").ToSinks("drain");
        }));
        Assert.Contains(exception.Errors, static error => error.Contains("broker 'nowhere'", StringComparison.Ordinal) && error.Contains("Known: main", StringComparison.Ordinal));
        Assert.Contains(exception.Errors, static error => error.Contains("sink 'drain'", StringComparison.Ordinal) && error.Contains("Known: none", StringComparison.Ordinal));

        exception = Assert.Throws<HighPerfConfigurationException>(static () => HighPerfApplication.Create(static hp => hp.AddWorker(static w => w.Queues = ["nowhere/queue"])));
        Assert.Contains("Worker.Queues names 'nowhere/queue'", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_options_of_worker_and_retries_have_bounds()
    {
        foreach (var (set, text) in new (Action<WorkerOptions> Set, string Text)[]
        {
            (static w => w.Concurrency = 0, "Worker.Concurrency is 0"),
            (static w => w.CpuConcurrency = 0, "Worker.CpuConcurrency is 0"),
            (static w => w.Burst = 0, "Worker.Burst is 0"),
            (static w => w.Lease = TimeSpan.Zero, "Worker.Lease"),
            (static w => w.MaxStarts = 0, "Worker.MaxStarts is 0"),
            (static w => w.DrainTimeout = TimeSpan.FromSeconds(-1), "Worker.DrainTimeout"),
            (static w => w.Retry = new RetryPolicy { MaxAttempts = 0 }, "Worker.Retry.MaxAttempts is 0"),
            (static w => w.Retry = new RetryPolicy { MaxAttempts = 70_000 }, "Worker.Retry.MaxAttempts is 70000"),
            (static w => w.Retry = new RetryPolicy { Immediate = -1 }, "Worker.Retry.Immediate is -1"),
            (static w => w.Retry = new RetryPolicy { Jitter = double.NaN }, "Worker.Retry.Jitter"),
            (static w => w.Retry = new RetryPolicy { Factor = 0 }, "Worker.Retry.Factor"),
            (static w => w.Retry = new RetryPolicy { Backoff = TimeSpan.FromHours(1) }, "Worker.Retry.Backoff"),
        })
        {
            var exception = Assert.Throws<HighPerfConfigurationException>(() => HighPerfApplication.Create(hp => hp.AddWorker(set)));
            Assert.StartsWith(text, Assert.Single(exception.Errors), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_broker_whose_options_are_wrong_is_named()
    {
        var exception = Assert.Throws<HighPerfConfigurationException>(static () => HighPerfApplication.Create(static hp => hp.AddInMemory("small", static o => o.Capacity = 0)));
        Assert.StartsWith("'small': ", Assert.Single(exception.Errors), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_banner_names_roles_brokers_queues_and_tasks()
    {
        await using var app = await TestApplication.StartAsync(static hp =>
        {
            hp.AddSink("archive", static _ => new ListSink("archive"));
            hp.Route<Add>().ToQueue("sums");
        });
        var banner = app.Log.Text(1200);
        foreach (var text in new[]
        {
            "HighPerf 0.1.0", "publisher, worker (4 I/O slots, 2 CPU slots), sink archive", "memory (in-memory, survives: nothing)", "memory/default", "memory/declared", "memory/sums", "Add -> memory/sums",
            "PlayDeclared -> memory/declared", "Play -> memory/default",
        })
        {
            Assert.Contains(text, banner, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Retry_delays_grow_within_their_bounds()
    {
        var policy = new RetryPolicy { Immediate = 2, Backoff = TimeSpan.FromSeconds(1), MaxBackoff = TimeSpan.FromSeconds(10), Jitter = 0.5 };
        Assert.Equal(TimeSpan.Zero, policy.DelayAfter(1));
        Assert.Equal(TimeSpan.Zero, policy.DelayAfter(2));
        for (var i = 0; i < 1000; i++)
        {
            Assert.InRange(policy.DelayAfter(3), TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(1));
            Assert.InRange(policy.DelayAfter(5), TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(4));
            Assert.InRange(policy.DelayAfter(60_000), TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(10));
        }
    }
}
