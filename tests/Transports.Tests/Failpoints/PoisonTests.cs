using HighPerf.TestKit.Conformance;
using HighPerf.Transports.Tests.ActiveMq;
using HighPerf.Transports.Tests.Embedded;
using HighPerf.Transports.Tests.Kafka;
using HighPerf.Transports.Tests.Nats;
using HighPerf.Transports.Tests.RabbitMq;
using HighPerf.Transports.Tests.Redis;

namespace HighPerf.Transports.Tests.Failpoints;

/// <summary>
/// F9 with real processes: tasks that kill or leave their process, take all of its memory, never return or always throw are started five times an attempt at most and end as dead letters; their
/// neighbours, which died with them again and again, are done and are none (D8).
/// </summary>
/// <typeparam name="TFixture">The transport's fixture.</typeparam>
public abstract class PoisonTests<TFixture> : IAsyncLifetime
    where TFixture : TransportFixture, new()
{
    private const int Neighbours = 8;
    private const int MaxStarts = 5;
    private const int MaxAttempts = 2;

    /// <summary>What <c>Exiting</c> of tests/Apps/Crash ends with.</summary>
    private const int Exited = 70;

    // 160 MiB: a worker takes a fifth of that, and what leaks is there soon.
    private static readonly (string Name, string Value)[] s_memory = [("DOTNET_GCHeapHardLimit", "0xA000000")];

    private readonly RedisFixture _state = new();
    private readonly string _directory = Directory.CreateTempSubdirectory("highperf-poison-").FullName;

    protected TFixture Fixture { get; } = new();

    /// <summary>Where starts are counted; <c>none</c> where the transport finds out by itself.</summary>
    protected virtual string State => _state.Address;

    /// <summary>Those that end their process.</summary>
    protected virtual string[] Killers => ["deadly", "leaking"];

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await Fixture.DisposeAsync();
        await _state.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task What_is_poison_is_found_and_its_neighbours_are_done()
    {
        string[] others = ["hanging", "throwing"];
        string[] kinds = [.. Killers, .. others];
        var (queue, ledger) = (Fixture.NewQueue(), Path.Combine(_directory, "ledger"));
        Assert.Equal(0, await CrashApp.RunAsync(null, "poison-order", Fixture.Address, string.Join(',', kinds), $"{Neighbours}", queue));
        var ends = new List<(int Code, string Said)>();
        do
        {
            ends.Add(await CrashApp.RunAsync(s_memory, [0, CrashApp.Killed, CrashApp.FailedFast, Exited], "poison-work", Fixture.Address, State, $"{kinds.Length}", $"{Neighbours}", queue, ledger));
            Assert.InRange(ends.Count, 1, 1 + (Killers.Length * MaxStarts));
        }
        while (ends[^1].Code != 0);

        Assert.Equal(Killers.Contains("leaking"), ends.Exists(static end => end.Code == CrashApp.FailedFast));
        Assert.All(ends.Where(static end => end.Code == CrashApp.FailedFast), static end => Assert.Contains("memory", end.Said, StringComparison.OrdinalIgnoreCase));
        var lines = await File.ReadAllLinesAsync(ledger);
        var story = string.Join("; ", lines.CountBy(static line => line).Select(static pair => $"{pair.Value} x {pair.Key}"));
        foreach (var kind in kinds)
        {
            var starts = lines.Count(line => line == $"{kind} 0");
            Assert.True(starts >= 1 && starts <= (Killers.Contains(kind) ? MaxStarts : MaxStarts * MaxAttempts), $"{kind} was started {starts} times: {story}");
        }

        Assert.True(lines.Where(static line => line.StartsWith("neighbour", StringComparison.Ordinal)).Distinct().Count() == Neighbours, story);

        // A hanging one whose process died while it was tried again is there twice, and the older one is started too often in the end.
        string[] letters = [.. lines.Where(static line => line.Contains(':', StringComparison.Ordinal))];
        Assert.True(Killers.All(kind => letters.Contains(Letter(kind, DeadLetterReason.StartsExhausted))), story);
        Assert.True(others.All(kind => letters.Contains(Letter(kind, DeadLetterReason.AttemptsExhausted)) || letters.Contains(Letter(kind, DeadLetterReason.StartsExhausted))), story);
        Assert.True(letters.All(letter => kinds.Contains(letter[..letter.IndexOf(':', StringComparison.Ordinal)].ToLowerInvariant())), story);

        static string Letter(string kind, DeadLetterReason reason) => $"{char.ToUpperInvariant(kind[0])}{kind[1..]}:{reason} 0";
    }
}

public sealed class RedisPoisonTests : PoisonTests<RedisFixture>
{
    protected override string[] Killers => ["deadly", "leaking", "exiting"];
}

public sealed class NatsPoisonTests : PoisonTests<NatsFixture>;

public sealed class RabbitMqPoisonTests : PoisonTests<RabbitMqFixture>;

public sealed class ActiveMqPoisonTests : PoisonTests<ActiveMqFixture>;

public sealed class EmbeddedPoisonTests : PoisonTests<EmbeddedSocketFixture>
{
    /// <summary>The broker's own.</summary>
    protected override string State => Fixture.Address;
}

public sealed class KafkaPoisonTests : PoisonTests<KafkaFixture>
{
    protected override string State => "none";

    /// <summary>A process that dies is missed for a session: one is enough.</summary>
    protected override string[] Killers => ["deadly"];
}
