using HighPerf.State;
using Microsoft.Extensions.Logging;

namespace HighPerf.Control;

/// <summary>The publisher with what it keeps: pending results, the timetable, the state store.</summary>
internal sealed class PublisherRole(Publisher publisher, Timetable timetable, StateStore state, TimeProvider clock, ILogger logger) : Role("publisher")
{
    private static readonly TimeSpan ExpiryInterval = TimeSpan.FromSeconds(10);

    public override ValueTask StartAsync(CancellationToken cancellationToken)
    {
        timetable.Every(ExpiryInterval, ExpireResults);
        Health = RoleHealth.Healthy;
        return default;
    }

    public override ValueTask DrainAsync(CancellationToken cancellationToken)
    {
        Health = RoleHealth.Draining;
        return default;
    }

    public override async ValueTask DisposeAsync()
    {
        timetable.Stop();
        await publisher.Listener.DisposeAsync().ConfigureAwait(false);
        publisher.Results.FailAll(static () => new TaskCanceledException("The application stopped before the result came."));
        await state.DisposeAsync().ConfigureAwait(false);
        Health = RoleHealth.Stopped;
    }

    private void ExpireResults()
    {
        var expired = publisher.Results.Expire(clock.GetUtcNow().UtcTicks);
        if (expired > 0)
        {
            ControlLog.ResultsExpired(logger, expired);
        }
    }
}
