namespace HighPerf.TestKit;

/// <summary>A timer of a <see cref="ManualTimeProvider"/>, which guards its fields.</summary>
internal sealed class ManualTimer(ManualTimeProvider clock, TimerCallback callback, object? state) : ITimer
{
    public static readonly Comparer<ManualTimer> ByDueTime = Comparer<ManualTimer>.Create(static (left, right) =>
    {
        var byTime = left.DueTicks.CompareTo(right.DueTicks);
        return byTime != 0 ? byTime : left.Sequence.CompareTo(right.Sequence);
    });

    public long DueTicks { get; set; }

    public long PeriodTicks { get; set; }

    public long Sequence { get; set; }

    public bool IsDisposed { get; set; }

    public bool Change(TimeSpan dueTime, TimeSpan period) => clock.Change(this, dueTime, period);

    public void Fire() => callback(state);

    public void Dispose() => clock.Remove(this);

    public ValueTask DisposeAsync()
    {
        Dispose();
        return default;
    }
}
