using HighPerf.Diagnostics;
using HighPerf.TestKit.Conformance;
using HighPerf.Transports.Tests.ActiveMq;
using HighPerf.Transports.Tests.Embedded;
using HighPerf.Transports.Tests.Kafka;
using HighPerf.Transports.Tests.Nats;
using HighPerf.Transports.Tests.RabbitMq;
using HighPerf.Transports.Tests.Redis;

namespace HighPerf.Transports.Tests.Failpoints;

/// <summary>F1 behind the outbox: a workflow whose state processes share is gone on with by whoever is there, and completed once for its caller.</summary>
/// <typeparam name="TFixture">The transport's fixture.</typeparam>
public abstract class WorkflowCrashTests<TFixture> : IAsyncLifetime
    where TFixture : TransportFixture, new()
{
    private const int Count = 4;

    private readonly RedisFixture _state = new();
    private readonly string _directory = Directory.CreateTempSubdirectory("highperf-workflow-").FullName;

    protected TFixture Fixture { get; } = new();

    /// <summary>Where the workflows' state is.</summary>
    protected virtual string State => _state.Address;

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        await Fixture.DisposeAsync();
        await _state.DisposeAsync();
        Directory.Delete(_directory, recursive: true);
    }

    [Fact]
    public async Task Killed_behind_the_outbox_every_workflow_is_completed()
    {
        var (queue, ledger) = (Fixture.NewQueue(), Path.Combine(_directory, "ledger"));
        string[] work = ["join", Fixture.Address, State, $"{Count}", queue, ledger];
        var asking = CrashApp.RunAsync(null, "ask-joined", Fixture.Address, State, $"{Count}", queue);
        Assert.Equal(CrashApp.Killed, await CrashApp.RunAsync($"{Failpoint.AfterOutbox}:2:kill", work));
        Assert.Equal(0, await CrashApp.RunAsync(null, work));
        Assert.Equal(0, await asking);
        await HouseLedger.AssertKeptAsync(ledger, Count, ["joined"], HouseLedger.Slots);
    }
}

public sealed class RedisWorkflowCrashTests : WorkflowCrashTests<RedisFixture>;

public sealed class NatsWorkflowCrashTests : WorkflowCrashTests<NatsFixture>;

public sealed class RabbitMqWorkflowCrashTests : WorkflowCrashTests<RabbitMqFixture>;

public sealed class ActiveMqWorkflowCrashTests : WorkflowCrashTests<ActiveMqFixture>;

public sealed class KafkaWorkflowCrashTests : WorkflowCrashTests<KafkaFixture>;

public sealed class EmbeddedWorkflowCrashTests : WorkflowCrashTests<EmbeddedSocketFixture>
{
    /// <summary>The broker's own.</summary>
    protected override string State => Fixture.Address;
}
