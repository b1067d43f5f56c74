namespace HighPerf.Execution;

/// <summary>
/// Time limits of all slots with one timer: armed for the earliest deadline, it looks at every slot when it fires. Deadlines mostly come in order, so that starting
/// a task seldom touches the timer.
/// </summary>
internal sealed class SlotWatchdog : IDisposable
{
    private readonly Worker _worker;
    private readonly ITimer _timer;
    private readonly Lock _gate = new();
    private long _armedFor = long.MaxValue;

    public SlotWatchdog(Worker worker)
    {
        _worker = worker;
        _timer = worker.Clock.CreateTimer(static state => ((SlotWatchdog)state!).Look(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public void Watch(long deadline)
    {
        // Pairs with the fence in Look: either it sees this attempt running, or this sees that it disarmed.
        Interlocked.MemoryBarrier();
        if (deadline < Volatile.Read(ref _armedFor))
        {
            Arm(deadline);
        }
    }

    public void Dispose() => _timer.Dispose();

    private void Arm(long deadline)
    {
        lock (_gate)
        {
            if (deadline >= _armedFor)
            {
                return;
            }

            _armedFor = deadline;
            var wait = _worker.Clock.GetElapsedTime(_worker.Clock.GetTimestamp(), deadline);
            _timer.Change(wait > TimeSpan.Zero ? wait + TimeSpan.FromMilliseconds(1) : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }
    }

    private void Look()
    {
        Volatile.Write(ref _armedFor, long.MaxValue);
        Interlocked.MemoryBarrier();
        var now = _worker.Clock.GetTimestamp();
        var next = long.MaxValue;
        foreach (var slot in _worker.Slots)
        {
            var number = slot.Number;
            var (soft, hard) = (slot.SoftDeadline, slot.HardDeadline);
            if (slot.Phase is not (SlotPhase.Running or SlotPhase.Cancelled) || slot.Number != number)
            {
                continue;
            }

            if (soft != 0 && soft <= now)
            {
                slot.TryCancel(number, CancellationReason.Timeout);
                soft = 0;
            }

            if (hard != 0 && hard <= now)
            {
                // Where there is a hard limit only, the task is told, too.
                slot.TryCancel(number, CancellationReason.Timeout);
                _worker.Abandon(slot, number);
                hard = 0;
            }

            next = Math.Min(next, Math.Min(soft == 0 ? long.MaxValue : soft, hard == 0 ? long.MaxValue : hard));
        }

        if (next != long.MaxValue)
        {
            Arm(next);
        }
    }
}
