using HighPerf.Data;

namespace HighPerf.Control;

/// <summary>A data sink.</summary>
internal sealed class SinkRole(Sink sink) : Role($"sink {sink.Name}")
{
    public override async ValueTask StartAsync(CancellationToken cancellationToken)
    {
        Health = RoleHealth.Starting;
        await sink.StartAsync(cancellationToken).ConfigureAwait(false);
        Health = RoleHealth.Healthy;
    }

    public override ValueTask DrainAsync(CancellationToken cancellationToken)
    {
        Health = RoleHealth.Draining;
        return default;
    }

    public override async ValueTask DisposeAsync()
    {
        await sink.DisposeAsync().ConfigureAwait(false);
        Health = RoleHealth.Stopped;
    }
}
