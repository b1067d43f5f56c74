using Microsoft.Extensions.Logging;

namespace HighPerf.Control;

/// <summary>
/// Embedded in the application: owns the life of its roles. Starts them from the brokers inwards, so that nobody publishes before a broker listens; drains them from
/// the sources outwards, so that what was taken in is worked off while sinks and brokers are still there.
/// </summary>
public sealed class Controller
{
    private readonly IReadOnlyList<Role> _roles;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly SemaphoreSlim _gate = new(1, 1);
    private long _started;
    private int _running;

    internal Controller(IReadOnlyList<Role> roles, TimeProvider clock, ILogger logger)
    {
        _roles = roles;
        _clock = clock;
        _logger = logger;
    }

    /// <summary>The roles and how they are.</summary>
    public IReadOnlyList<RoleStatus> Roles => [.. _roles.Select(static role => new RoleStatus(role.Name, role.Health))];

    /// <summary>True if every role works.</summary>
    public bool IsHealthy => _roles.All(static role => role.Health == RoleHealth.Healthy);

    internal async ValueTask StartAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            _started = _clock.GetTimestamp();
            for (; _running < _roles.Count; _running++)
            {
                try
                {
                    await _roles[_running].StartAsync(cancellationToken).ConfigureAwait(false);
                }
                catch
                {
                    // What did start is stopped again, so that a failed start holds no files and no connections.
                    _running++;
                    await StopRolesAsync(new CancellationToken(canceled: true)).ConfigureAwait(false);
                    throw;
                }
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Drains and stops. The token cuts the draining short.</summary>
    internal async ValueTask StopAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            if (_running > 0)
            {
                await StopRolesAsync(cancellationToken).ConfigureAwait(false);
                ControlLog.Stopped(_logger, _clock.GetElapsedTime(_started));
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    private async ValueTask StopRolesAsync(CancellationToken cancellationToken)
    {
        var count = _running;
        _running = 0;
        for (var i = count - 1; i >= 0; i--)
        {
            await GuardAsync(_roles[i], role => role.DrainAsync(cancellationToken)).ConfigureAwait(false);
        }

        for (var i = count - 1; i >= 0; i--)
        {
            await GuardAsync(_roles[i], static role => role.DisposeAsync()).ConfigureAwait(false);
        }
    }

    // One role that fails to stop must not keep the others from stopping.
    private async ValueTask GuardAsync(Role role, Func<Role, ValueTask> stop)
    {
        try
        {
            await stop(role).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            ControlLog.StopFailed(_logger, role.Name, exception);
        }
    }
}
