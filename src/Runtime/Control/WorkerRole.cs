using HighPerf.Execution;

namespace HighPerf.Control;

/// <summary>The worker: router and execution platform in one process.</summary>
internal sealed class WorkerRole(Worker worker) : Role("worker")
{
    public override async ValueTask StartAsync(CancellationToken cancellationToken)
    {
        Health = RoleHealth.Starting;
        await worker.StartAsync(cancellationToken).ConfigureAwait(false);
        Health = RoleHealth.Healthy;
    }

    public override async ValueTask DrainAsync(CancellationToken cancellationToken)
    {
        Health = RoleHealth.Draining;
        await worker.StopAsync(cancellationToken).ConfigureAwait(false);
    }

    public override async ValueTask DisposeAsync()
    {
        await worker.DisposeAsync().ConfigureAwait(false);
        Health = RoleHealth.Stopped;
    }

    public override string? DescribeWaiting() => worker.DescribeRunning() is { Count: > 0 } running ? string.Join("; ", running) : null;
}
