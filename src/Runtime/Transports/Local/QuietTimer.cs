namespace HighPerf.Transports;

/// <summary>Creates timers that do not keep the async-locals of whoever happened to cause them, and turns instants into due times.</summary>
internal static class QuietTimer
{
    // Timers run on the monotonic clock and instants on the wall clock: looking again once a minute bounds how late a jump of the wall clock can make us. It also
    // keeps far instants within a timer's range of 49 days.
    private static readonly TimeSpan s_longest = TimeSpan.FromMinutes(1);

    public static ITimer Create(TimeProvider clock, TimerCallback callback, object state)
    {
        if (ExecutionContext.IsFlowSuppressed())
        {
            return clock.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }

        using (ExecutionContext.SuppressFlow())
        {
            return clock.CreateTimer(callback, state, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }

    /// <summary>Fires once after a time, rounded up to the millisecond that timers know: early is worse than late.</summary>
    public static void FireAfter(ITimer timer, TimeSpan due)
    {
        var milliseconds = Math.Max(0, (due.Ticks + TimeSpan.TicksPerMillisecond - 1) / TimeSpan.TicksPerMillisecond);
        var rounded = TimeSpan.FromTicks(milliseconds * TimeSpan.TicksPerMillisecond);
        timer.Change(rounded < s_longest ? rounded : s_longest, Timeout.InfiniteTimeSpan);
    }
}
