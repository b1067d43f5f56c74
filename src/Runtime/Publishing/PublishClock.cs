namespace HighPerf.Publishing;

/// <summary>
/// The instant at which messages are created. Reading the system's clock costs a fifth of a publish; on the system's clock it is read once per tick of the coarse
/// monotonic clock (1 to 4 ms), which is all that ids (milliseconds) and creation times need. Instants that something waits for are read exactly.
/// </summary>
internal sealed class PublishClock(TimeProvider clock)
{
    private readonly bool _isSystem = clock == TimeProvider.System;

    [ThreadStatic]
    private static long t_tick;

    [ThreadStatic]
    private static long t_utcTicks;

    /// <summary>UTC ticks, at most a few milliseconds old.</summary>
    public long NowTicks
    {
        get
        {
            if (!_isSystem)
            {
                return ExactTicks;
            }

            var tick = Environment.TickCount64;
            if (tick == t_tick)
            {
                return t_utcTicks;
            }

            t_tick = tick;
            return t_utcTicks = ExactTicks;
        }
    }

    /// <summary>UTC ticks.</summary>
    public long ExactTicks => clock.GetUtcNow().UtcTicks;
}
