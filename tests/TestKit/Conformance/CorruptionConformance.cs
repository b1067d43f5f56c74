using HighPerf.TestKit.Chaos;
using HighPerf.TestKit.Faults;
using HighPerf.Transports;
using Xunit;

namespace HighPerf.TestKit.Conformance;

/// <summary>Bits flip on the wire: connections end, the process does not, and what comes afterwards is as it was before: F11.</summary>
/// <typeparam name="TFixture">The transport's fixture.</typeparam>
public abstract class CorruptionConformance<TFixture> : TransportConformance<TFixture>
    where TFixture : TransportFixture, new()
{
    private const int Publishers = 4;
    private const int More = 100;
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
    public async Task FlippedBitsEndConnectionsAndNothingElse()
    {
        // No broker's protocol has a checksum: what is under way while bits flip may be anything. What comes after it may not.
        await using (var load = await StartLoadAsync(Queue))
        {
            await load.GoOnAsync(More);
            foreach (var direction in (ChaosDirection[])[_proxy.ToClient, _proxy.ToServer])
            {
                direction.CorruptOneBitIn = 500;
                var connections = _proxy.Accepted;
                await Wait.UntilAsync(() => direction.Corruptions > 20 && _proxy.Accepted > connections);
                _proxy.Heal();
            }
        }

        // Another queue: what flipped bits have told the broker to do with that one, it has done.
        await using var after = await StartLoadAsync(Fixture.NewQueue());
        await after.GoOnAsync(More);
        await after.DrainAsync();
    }

    private async Task<FaultLoad> StartLoadAsync(string queue)
    {
        var load = new FaultLoad(_transport, queue);
        await load.StartAsync(Publishers, Fixture.Lease);
        return load;
    }
}
