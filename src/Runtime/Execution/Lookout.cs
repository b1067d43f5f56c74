namespace HighPerf.Execution;

/// <summary>
/// Looks every millisecond, while there is something to do, how it is being done. I/O slots whose task has kept its thread since the last look are blocked or
/// compute: as many others may be awake beside them. While messages wait it also tries one slot more, keeps it if more was taken up with it, and otherwise leaves that
/// be for a while. Costs nothing when the worker is idle.
/// </summary>
internal sealed class Lookout : IDisposable
{
    private const int LongestPause = 200;
    private const double Gain = 1.1;
    private const int LooksPerTrial = 10;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(1);

    private readonly Worker _worker;
    private readonly Lane _io;
    private readonly Lane _cpu;
    private readonly ITimer _timer;
    private readonly Dictionary<Slot, long> _takenBefore = [];
    private int _watching;
    private int _looks;
    private int _base = 1;
    private int _pause;
    private int _pauseLength = 1;
    private bool _trying;
    private long _taken;
    private long _rate;

    public Lookout(Worker worker, Lane io, Lane cpu)
    {
        _worker = worker;
        _io = io;
        _cpu = cpu;

        // A matter of threads and not of time that anybody would want to set: the system's clock.
        _timer = TimeProvider.System.CreateTimer(static state => ((Lookout)state!).Look(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Starts looking; cheap when it is looking already.</summary>
    public void Watch()
    {
        if (Volatile.Read(ref _watching) == 0 && Interlocked.Exchange(ref _watching, 1) == 0)
        {
            _timer.Change(Interval, Timeout.InfiniteTimeSpan);
        }
    }

    public void Dispose() => _timer.Dispose();

    private void Look()
    {
        if (!_worker.HasUnattendedWork)
        {
            _takenBefore.Clear();
            Volatile.Write(ref _watching, 0);
            Interlocked.MemoryBarrier();
            if (_worker.HasUnattendedWork)
            {
                Watch();
            }

            return;
        }

        var blocked = CountBlocked();
        if (++_looks % LooksPerTrial == 0)
        {
            AdaptBase(blocked);
        }

        _io.AwakeLimit = _base + blocked;
        for (var room = Math.Min(_io.AwakeLimit - _io.Awake, Math.Max(_io.Waiting, 1)); room > 0; room--)
        {
            if (!_io.TryWake())
            {
                break;
            }
        }

        if (_cpu.Waiting > 0 || (_io.Awake == 0 && _worker.HasCpuTasks))
        {
            _cpu.TryWake();
        }

        _timer.Change(Interval, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Slots that have kept their thread with the same message since the last look: its task, or whatever stores, passes on or settles its outcome.</summary>
    private int CountBlocked()
    {
        var blocked = 0;
        foreach (var slot in _worker.IoSlots)
        {
            var taken = slot.Taken;
            if (slot.IsSuspended || slot.Item is null)
            {
                _takenBefore.Remove(slot);
                continue;
            }

            blocked += _takenBefore.TryGetValue(slot, out var last) && last == taken ? 1 : 0;
            _takenBefore[slot] = taken;
        }

        return blocked;
    }

    private void AdaptBase(int blocked)
    {
        var taken = _io.Taken;
        var rate = taken - _taken;
        _taken = taken;
        if (_trying)
        {
            _trying = false;
            if (rate < _rate * Gain)
            {
                _base--;
                _pauseLength = Math.Min(_pauseLength * 2, LongestPause);
            }
            else
            {
                _pauseLength = 1;
            }

            _pause = _pauseLength;
        }
        else if (_pause > 0)
        {
            _pause--;
        }
        else if (_io.Waiting > 0 && blocked == 0 && _base < Math.Min(Environment.ProcessorCount, _worker.IoSlots.Length))
        {
            _base++;
            _trying = true;
        }

        _rate = rate;
    }
}
