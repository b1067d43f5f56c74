using HighPerf.TestKit.Chaos;
using HighPerf.TestKit.Faults;
using HighPerf.Transports;
using Xunit;

namespace HighPerf.TestKit.Conformance;

/// <summary>
/// A network that misbehaves, under load and by the ledger: connections come back for ever, what was accepted is delivered, nobody is left idle, and what was delivered by an earlier connection
/// is settled by its owner or not at all: D18. Flipped bits are <see cref="CorruptionConformance{TFixture}"/>.
/// </summary>
/// <typeparam name="TFixture">The transport's fixture.</typeparam>
public abstract class ReconnectConformance<TFixture> : TransportConformance<TFixture>
    where TFixture : TransportFixture, new()
{
    private const int Publishers = 4;
    private const int More = 100;

    /// <summary>Longer than elsewhere: silence is noticed by heartbeats.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    private ChaosProxy _proxy = null!;
    private Transport _transport = null!;

    public override async Task InitializeAsync()
    {
        await base.InitializeAsync();
        _proxy = ChaosProxy.Start(Fixture.Server);
        _transport = Fixture.CreateVia(_proxy.EndPoint);
        await _transport.StartAsync(CancellationToken.None);
    }

    public override async Task DisposeAsync()
    {
        _proxy.Heal();
        await _transport.DisposeAsync();
        await _proxy.DisposeAsync();
        await base.DisposeAsync();
    }

    [Fact]
    public async Task ResetsAndHalfClosesLoseNothingAndNobodyIsIdle()
    {
        await using var load = await StartLoadAsync(Queue);
        for (var round = 0; round < 6; round++)
        {
            await load.GoOnAsync(More);
            if (round % 3 == 0)
            {
                _proxy.Reset();
            }
            else
            {
                _proxy.HalfClose(towardsServer: round % 3 == 1);
            }
        }

        await load.GoOnAsync(More);
        await load.DrainAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task BlackHolesAreNoticedAndLoseNothing(bool answers)
    {
        await using var load = await StartLoadAsync(Queue);
        for (var round = 0; round < 2; round++)
        {
            await load.GoOnAsync(More);
            var (direction, connections) = (answers ? _proxy.ToClient : _proxy.ToServer, _proxy.Accepted);
            if (Fixture.LosesBytes)
            {
                direction.IsBlackHole = true;
            }
            else
            {
                direction.IsCut = true;
            }

            // Noticed: it tries another connection, for which it must have given up the one that says nothing.
            await Wait.UntilAsync(() => _proxy.Accepted > connections, Patience);
            _proxy.Heal();
        }

        await load.GoOnAsync(More);
        await load.DrainAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task ConnectionsThatEndInTheMiddleOfAFrameLoseNothing(bool answers)
    {
        await using var load = await StartLoadAsync(Queue);
        await load.GoOnAsync(More);
        var direction = answers ? _proxy.ToClient : _proxy.ToServer;
        foreach (var end in (int[])[4_999, 12_345])
        {
            var connections = _proxy.Accepted;
            direction.TruncateAfter = end;
            await Wait.UntilAsync(() => _proxy.Accepted > connections + 1, Patience);
            _proxy.Heal();
            await load.GoOnAsync(More);
        }

        await load.DrainAsync();
    }

    [Fact]
    public async Task ASlowNetworkWithJitterIsOnlySlow()
    {
        await using var load = await StartLoadAsync(Queue);
        await load.GoOnAsync(More);
        foreach (var direction in (ChaosDirection[])[_proxy.ToServer, _proxy.ToClient])
        {
            (direction.Latency, direction.Jitter, direction.DripBytesPerSecond) = (TimeSpan.FromMilliseconds(20), TimeSpan.FromMilliseconds(40), 200_000);
        }

        await load.GoOnAsync(More);
        _proxy.Heal();
        await load.GoOnAsync(More);
        await load.DrainAsync();
    }

    [Fact]
    public async Task ADeliveryOfAnEarlierConnectionIsSettledByItsOwnerOrComesAgain()
    {
        await PublishAsync("a");
        await using var consumer = await TestConsumer.OpenAsync(_transport, Queue, 4, Fixture.Lease);
        var old = await consumer.ReceiveAsync();
        var connections = _proxy.Accepted;
        _proxy.Reset();
        await Wait.UntilAsync(() => _proxy.Accepted > connections, Patience);
        await PublishAsync("b");
        var settled = await consumer.Receiver.AcknowledgeAsync(old.Token);
        var texts = new List<string>();
        while (!texts.Contains("b") || (!settled && !texts.Contains("a")))
        {
            var delivery = await consumer.ReceiveAsync();
            texts.Add(Text(in delivery));
            Assert.True(texts[^1] == "b" || (!settled && delivery.DeliveryCount > 1), $"{texts[^1]}, settled {settled}");
            Assert.True(await consumer.Receiver.AcknowledgeAsync(delivery.Token));
        }

        await AssertNothingReadyAsync(consumer);
    }

    private async Task<FaultLoad> StartLoadAsync(string queue)
    {
        var load = new FaultLoad(_transport, queue);
        await load.StartAsync(Publishers, Fixture.Lease);
        return load;
    }
}
