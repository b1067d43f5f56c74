using HighPerf.TestKit.Conformance;
using HighPerf.Transports.Tests.ActiveMq;
using HighPerf.Transports.Tests.Kafka;
using HighPerf.Transports.Tests.Nats;
using HighPerf.Transports.Tests.RabbitMq;
using HighPerf.Transports.Tests.Redis;

namespace HighPerf.Transports.Tests.Failpoints;

/// <summary>
/// F9 with real processes: a task that kills its process is started five times at most and ends as a dead letter; its neighbours, which died with it again and again, are done and are none (D8).
/// </summary>
/// <typeparam name="TFixture">The transport's fixture.</typeparam>
public abstract class PoisonTests<TFixture> : IAsyncLifetime
    where TFixture : TransportFixture, new()
{
    private const int Neighbours = 8;
    private const int MaxStarts = 5;
    private const int MaxRuns = 10;

    private readonly TFixture _fixture = new();
    private readonly RedisFixture _state = new();
    private readonly string _directory = Directory.CreateTempSubdirectory("highperf-poison-").FullName;

    /// <summary>Where starts are counted; <c>none</c> where the transport finds out by itself.</summary>
    protected virtual string State => _state.Address;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await _fixture.DisposeAsync();
        await _state.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task What_kills_its_process_is_found_and_its_neighbours_are_done()
    {
        var (queue, ledger) = (_fixture.NewQueue(), Path.Combine(_directory, "ledger"));
        Assert.Equal(0, await CrashApp.RunAsync(null, "poison-order", _fixture.Address, $"{Neighbours}", queue));
        var kills = 0;
        while (await CrashApp.RunAsync(null, "poison-work", _fixture.Address, State, $"{Neighbours}", queue, ledger) == CrashApp.Killed)
        {
            Assert.InRange(++kills, 1, MaxRuns);
        }

        var lines = await File.ReadAllLinesAsync(ledger);
        Assert.InRange(lines.Count(static line => line == "deadly 0"), 2, MaxStarts);
        Assert.Equal(Neighbours, lines.Where(static line => line.StartsWith("neighbour", StringComparison.Ordinal)).Distinct().Count());
        Assert.Equal([$"{DeadLetterReason.StartsExhausted} 0"], lines.Where(static line => !line.StartsWith("neighbour", StringComparison.Ordinal) && line != "deadly 0"));
    }
}

public sealed class RedisPoisonTests : PoisonTests<RedisFixture>;

public sealed class NatsPoisonTests : PoisonTests<NatsFixture>;

public sealed class RabbitMqPoisonTests : PoisonTests<RabbitMqFixture>;

public sealed class ActiveMqPoisonTests : PoisonTests<ActiveMqFixture>;

public sealed class KafkaPoisonTests : PoisonTests<KafkaFixture>
{
    protected override string State => "none";
}
