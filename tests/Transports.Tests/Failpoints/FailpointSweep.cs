using HighPerf.Diagnostics;
using HighPerf.TestKit.Conformance;
using HighPerf.Transports.Tests.ActiveMq;
using HighPerf.Transports.Tests.Kafka;
using HighPerf.Transports.Tests.Nats;
using HighPerf.Transports.Tests.RabbitMq;
using HighPerf.Transports.Tests.Redis;

namespace HighPerf.Transports.Tests.Failpoints;

/// <summary>
/// F1, F2 with router and worker in one process, on a real server: at every failpoint a worker is killed, the second time that it gets there, and another one finishes the work. Is anything
/// lost, doubled more than this explains, or stuck? What hangs, throws or is slow is the same code on every transport: <see cref="Embedded.FailpointTests"/>.
/// </summary>
/// <typeparam name="TFixture">The transport's fixture.</typeparam>
public abstract class FailpointSweep<TFixture>(FailpointOrders<TFixture> orders) : IClassFixture<FailpointOrders<TFixture>>
    where TFixture : TransportFixture, new()
{
    private const int Count = FailpointOrders<TFixture>.Count;

    public static IEnumerable<object[]> Names { get; } = FailpointNames.Ordered.Select(static name => new object[] { name });

    [Theory]
    [MemberData(nameof(Names))]
    public async Task Killed_there_nothing_is_lost_and_nothing_is_stuck(string name)
    {
        var ledger = Path.Combine(orders.Directory, name);
        string[] work = ["work", orders.Fixture.Address, $"{Count}", orders.QueueOf(name), ledger];
        Assert.Equal(CrashApp.Killed, await CrashApp.RunAsync($"{name}:2:kill", work));
        Assert.Equal(0, await CrashApp.RunAsync(null, work));
        await HouseLedger.AssertKeptAsync(ledger, Count, HouseLedger.Ordered, HouseLedger.Slots);
    }

    [Fact]
    public async Task Killed_after_a_reply_every_caller_has_its_result_once()
    {
        var ledger = Path.Combine(orders.Directory, Failpoint.AfterReply);
        var queue = orders.QueueOf(Failpoint.AfterReply);
        string[] answer = ["answer", orders.Fixture.Address, $"{Count}", queue, ledger];
        var asking = CrashApp.RunAsync(null, "ask", orders.Fixture.Address, $"{Count}", queue);
        Assert.Equal(CrashApp.Killed, await CrashApp.RunAsync($"{Failpoint.AfterReply}:2:kill", answer));
        Assert.Equal(0, await CrashApp.RunAsync(null, answer));
        Assert.Equal(0, await asking);
        await HouseLedger.AssertKeptAsync(ledger, Count, ["ran", "stored"], HouseLedger.Slots);
    }
}

public sealed class RedisFailpointSweep(FailpointOrders<RedisFixture> orders) : FailpointSweep<RedisFixture>(orders);

public sealed class NatsFailpointSweep(FailpointOrders<NatsFixture> orders) : FailpointSweep<NatsFixture>(orders);

public sealed class RabbitMqFailpointSweep(FailpointOrders<RabbitMqFixture> orders) : FailpointSweep<RabbitMqFixture>(orders);

public sealed class ActiveMqFailpointSweep(FailpointOrders<ActiveMqFixture> orders) : FailpointSweep<ActiveMqFixture>(orders);

public sealed class KafkaFailpointSweep(FailpointOrders<KafkaFixture> orders) : FailpointSweep<KafkaFixture>(orders);
