using HighPerf.State;

namespace HighPerf.Control;

/// <summary>The store of bodies that go by claim check.</summary>
internal sealed class PayloadRole(PayloadStore payloads) : Role("payloads")
{
    public override async ValueTask StartAsync(CancellationToken cancellationToken)
    {
        Health = RoleHealth.Starting;
        await payloads.StartAsync(cancellationToken).ConfigureAwait(false);
        Health = RoleHealth.Healthy;
    }

    public override ValueTask DrainAsync(CancellationToken cancellationToken)
    {
        Health = RoleHealth.Draining;
        return default;
    }

    public override async ValueTask DisposeAsync()
    {
        await payloads.DisposeAsync().ConfigureAwait(false);
        Health = RoleHealth.Stopped;
    }
}
