using System.Diagnostics;
using HighPerf.TestKit;
using HighPerf.TestKit.Brokers;

namespace HighPerf.Samples.Tests;

/// <summary>The job by a broker, with worker processes: the same bytes, also when a worker and the broker are killed meanwhile.</summary>
[Trait("Category", "Slow")]
public sealed class FlightDelaysBrokerTests : IDisposable
{
    /// <summary>So many times the days, so that the job lasts until somebody can be killed.</summary>
    private const int Years = 12;

    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    private readonly TempDirectory _temp = new();
    private readonly List<Process> _jobs = [];

    /// <summary>Servers that keep what they accepted when they are killed, as they are configured in earnest.</summary>
    public static TheoryData<string> Servers => [.. ServerKinds];

    internal static string[] ServerKinds { get; } = ["redis", "nats", "rabbitmq", "activemq"];

    public void Dispose()
    {
        foreach (var job in _jobs)
        {
            // Of a test that failed; its workers end with it.
            job.Kill();
            job.Dispose();
        }

        _temp.Dispose();
    }

    [Theory]
    [MemberData(nameof(Servers))]
    public async Task Workers_and_the_broker_are_killed_and_the_report_is_the_same(string kind)
    {
        await using var host = Create(kind);
        await host.StartAsync();
        var address = AddressOf(host);
        var expected = await ExpectedAsync(FlightDelaysProgram.Flights);
        var plain = await FlightDelaysProgram.RunAsync(_temp.Path, "--output", _temp["plain"], "--broker", address);
        Assert.True(plain.ExitCode == 0, plain.Error);
        Assert.Equal("", plain.Error);
        ReportReader.AssertSameBytes(expected, _temp["plain"], kind);

        var input = _temp.Multiply("in", Years);
        expected = await ExpectedAsync(input);
        var (id, finished) = Begin("--input", input, "--output", _temp["killed"], "--broker", address, "--workers", "3");
        await Wait.UntilAsync(() => finished.IsCompleted || DaysDone("killed") >= 20);
        var killed = KillAWorker(id);
        await Wait.UntilAsync(() => finished.IsCompleted || DaysDone("killed") >= 100);
        host.Kill();
        killed += KillAWorker(id);
        await host.RestartAsync();
        await Wait.UntilAsync(() => finished.IsCompleted || DaysDone("killed") >= 200);
        killed += KillAWorker(id);
        var result = await finished.WaitAsync(s_patience);
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.True(killed >= 2, $"Only {killed} workers were killed: the job was too fast. {result.Output}");
        ReportReader.AssertSameBytes(expected, _temp["killed"], $"{kind}: {result.Error}");
    }

    /// <summary>Its brokers are mocks in memory, so they are down for a while and not killed.</summary>
    [Fact]
    public async Task Workers_are_killed_and_Kafka_is_down_and_the_report_is_the_same()
    {
        await using var host = new KafkaHost();
        await host.StartAsync();
        await using var cluster = await host.CreateClusterAsync();
        var address = AddressOf(cluster);
        var input = _temp.Multiply("in", Years);
        var expected = await ExpectedAsync(input);
        var (id, finished) = Begin("--input", input, "--output", _temp["killed"], "--broker", address, "--workers", "3");
        await Wait.UntilAsync(() => finished.IsCompleted || DaysDone("killed") >= 20);
        var killed = KillAWorker(id);
        await Wait.UntilAsync(() => finished.IsCompleted || DaysDone("killed") >= 100);
        await cluster.SetDownAsync();
        killed += KillAWorker(id);
        await Task.Delay(TimeSpan.FromSeconds(1));
        await cluster.SetUpAsync();
        var result = await finished.WaitAsync(s_patience);
        Assert.True(result.ExitCode == 0, result.Error);
        Assert.True(killed >= 1, $"Only {killed} workers were killed: the job was too fast. {result.Output}");
        ReportReader.AssertSameBytes(expected, _temp["killed"], $"kafka: {result.Error}");
    }

    [Fact]
    public async Task An_embedded_broker_is_shared_by_the_processes_of_a_job_and_dies_with_it()
    {
        var input = _temp.Multiply("in", Years);
        var expected = await ExpectedAsync(input);
        string[] arguments = ["--input", input, "--output", _temp["killed"], "--broker", "embedded:" + _temp["queue"], "--workers", "3"];
        var (id, first) = Begin(arguments);
        await Wait.UntilAsync(() => first.IsCompleted || DaysDone("killed") >= 20);
        Assert.Equal(1, KillAWorker(id));
        await Wait.UntilAsync(() => first.IsCompleted || DaysDone("killed") >= 100);
        var workers = FlightDelaysProgram.ChildrenOf(id);
        _jobs[0].Kill();
        Assert.NotEqual(0, (await first).ExitCode);

        // Its workers end with it.
        await Wait.UntilAsync(() => workers.All(static id => !Directory.Exists($"/proc/{id}")));
        var resumed = await FlightDelaysProgram.RunAsync(_temp.Path, [.. arguments, "--resume"]);
        Assert.True(resumed.ExitCode == 0, resumed.Error);
        Assert.Contains("files were done before", resumed.Output);
        ReportReader.AssertSameBytes(expected, _temp["killed"], resumed.Error);
    }

    [Fact]
    public async Task What_cannot_be_a_broker_is_refused_without_repeating_it()
    {
        foreach (var address in (string[])["http://user:secret@nowhere", "secret", "redis://", "rabbitmq://user:secret@"])
        {
            var result = await FlightDelaysProgram.RunAsync(_temp.Path, "--output", _temp["out"], "--broker", address);
            Assert.True(result.ExitCode is 64 or 74 or 78, $"{address}: {result.ExitCode} {result.Error}");
            Assert.NotEqual("", result.Error);
            Assert.DoesNotContain("secret", result.Error);
            Assert.DoesNotContain("   at ", result.Error);
        }

        var worker = await FlightDelaysProgram.RunAsync(_temp.Path, "work");
        Assert.Equal((64, true), (worker.ExitCode, worker.Error.StartsWith("A worker process needs --broker.", StringComparison.Ordinal)));
    }

    internal static BrokerHost Create(string kind) => kind switch
    {
        "redis" => new RedisHost("--appendonly", "yes", "--appendfsync", "everysec"),
        "nats" => new NatsHost(),
        "rabbitmq" => new RabbitMqHost(isPrivate: true),
        _ => new ActiveMqHost(),
    };

    /// <summary>For a mock: it creates topics only by itself, keeps an empty fetch waiting whatever is published meanwhile, and divides partitions anew for nearly a session.</summary>
    internal static string AddressOf(KafkaCluster cluster)
        => KafkaHost.IsForeign ? cluster.Address : cluster.Address + "?manage.topics=false&fetch.wait.max.ms=10&session.timeout.ms=3000&heartbeat.interval.ms=500";

    internal static string AddressOf(BrokerHost host) => host switch
    {
        RedisHost redis => redis.Address,
        NatsHost nats => nats.Address,
        RabbitMqHost rabbit => "rabbitmq" + rabbit.Address["amqp".Length..],
        _ => ((ActiveMqHost)host).Address,
    };

    private async Task<string> ExpectedAsync(string input)
    {
        var output = _temp["expected-" + Guid.NewGuid().ToString("N")];
        var result = await FlightDelaysProgram.RunAsync(_temp.Path, "--input", input, "--output", output);
        Assert.True(result.ExitCode == 0, result.Error);
        return output;
    }

    private (int Id, Task<FlightDelaysProgram.Result> Finished) Begin(params string[] arguments)
    {
        var job = FlightDelaysProgram.Start(_temp.Path, arguments);
        _jobs.Add(job);
        return (job.Id, FlightDelaysProgram.FinishAsync(job));
    }

    private long DaysDone(string output)
    {
        var index = new FileInfo(Path.Combine(_temp[output], ".flight-delays", "work", "days.jsonl.ids"));
        return index.Exists ? index.Length / 32 : 0;
    }

    /// <summary>Kills one; returns how many those are: none when they ended meanwhile.</summary>
    private static int KillAWorker(int job)
    {
        foreach (var id in FlightDelaysProgram.ChildrenOf(job))
        {
            try
            {
                using var worker = Process.GetProcessById(id);
                worker.Kill();
                return 1;
            }
            catch (Exception gone) when (gone is ArgumentException or InvalidOperationException)
            {
                // It has ended meanwhile.
            }
        }

        return 0;
    }
}
