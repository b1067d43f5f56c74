using System.Buffers;
using System.Diagnostics;
using HighPerf.Publishing;
using HighPerf.Transports;
using Microsoft.Extensions.Logging;

namespace HighPerf.Execution;

/// <summary>
/// The execution platform of this process: consumes its queues and runs what they hold on I/O and CPU slots. There is no thread between broker and slot: a slot that
/// finds nothing waiting fetches the next burst itself, hands the rest to the others, and goes on with one.
/// </summary>
internal sealed partial class Worker : ReceiveSignal, IAsyncDisposable
{
    private const int SpinsBeforeParking = 40;

    private readonly WorkerOptions _options;
    private readonly Dispatcher _dispatcher;
    private readonly IReadOnlyList<Destination> _sources;
    private readonly Lane _io;
    private readonly Lane _cpu;
    private readonly Slot[] _slots;
    private readonly WorkQueue _other = new();
    private readonly Delivery[] _burst;
    private readonly TaskRegistration?[] _registrations;
    private readonly Lookout _lookout;
    private readonly Func<bool> _isReady;
    private readonly Func<bool> _isReadyForCpu;
    private readonly bool _hasCpuTasks;
    private readonly CancellationTokenSource _stopped = new();
    private readonly CancellationToken _whenStopped;
    private readonly List<Task> _loops = [];
    private readonly List<Thread> _threads = [];
    private Consumer[] _consumers = [];
    private ConsumerWatch? _watch;
    private LeaseKeeper? _leases;
    private int _fetching;
    private int _spinning;
    private int _ready;
    private volatile bool _draining;
    private volatile bool _stopping;

    public Worker(
        WorkerOptions options,
        Publisher publisher,
        Dispatcher dispatcher,
        IReadOnlyList<Destination> sources,
        Func<CancellationToken, TaskExecutor> createExecutor,
        TaskServices services,
        TimeProvider clock,
        ILogger logger)
    {
        _options = options;
        _dispatcher = dispatcher;
        _sources = sources;
        Publisher = publisher;
        Services = services;
        Clock = clock;
        Logger = logger;
        _whenStopped = _stopped.Token;
        Executor = createExecutor(_whenStopped);
        _burst = new Delivery[options.Burst];
        _registrations = new TaskRegistration?[options.Burst];
        _io = new Lane(options.Concurrency, awakeLimit: 1);
        _cpu = new Lane(options.CpuConcurrency, awakeLimit: options.CpuConcurrency);
        _isReady = () => Volatile.Read(ref _ready) != 0 || _stopping;

        // Two lanes, two locks: the slots of both may go at once, each for the other's sake. The lookout, which watches while anything is ready, wakes one again.
        _isReadyForCpu = () => _stopping || (Volatile.Read(ref _ready) != 0 && _io.Awake == 0);
        _hasCpuTasks = dispatcher.All.Any(static registration => registration.Descriptor.Slot == SlotKind.Cpu);
        _lookout = new Lookout(this, _io, _cpu);
        Watchdog = new SlotWatchdog(this);
        _slots = new Slot[options.Concurrency + options.CpuConcurrency];
        for (var i = 0; i < _slots.Length; i++)
        {
            var isIo = i < options.Concurrency;
            _slots[i] = new Slot(this, isIo ? _io : _cpu, ownThread: !isIo);
        }
    }

    public Publisher Publisher { get; }

    public TaskServices Services { get; }

    public TaskExecutor Executor { get; }

    public SlotWatchdog Watchdog { get; }

    public TimeProvider Clock { get; }

    public ILogger Logger { get; }

    public ReadOnlySpan<Slot> Slots => _slots;

    public IReadOnlyList<Destination> Sources => _sources;

    public bool IsStopping => _stopping;

    /// <summary>True if somebody wants to know how long tasks take.</summary>
    public bool NeedsTimestamps => Telemetry.TaskDuration.Enabled || Logger.IsEnabled(LogLevel.Information);

    public async ValueTask StartAsync(CancellationToken cancellationToken)
    {
        var consumers = new List<Consumer>();
        foreach (var source in _sources)
        {
            consumers.Add(new Consumer(await OpenAsync(source, cancellationToken).ConfigureAwait(false)));
        }

        _consumers = [.. consumers];
        _leases = new LeaseKeeper(this, _options.Lease);
        _watch = new ConsumerWatch(this, _options.ConsumerIdleLimit);
        Publisher.Revocations.Revoked += OnRevoked;
        Volatile.Write(ref _ready, 1);
        for (var i = 0; i < _slots.Length; i++)
        {
            var slot = _slots[i];
            slot.Open();
            if (i < _options.Concurrency)
            {
                _loops.Add(Task.Run(slot.RunAsync, CancellationToken.None));
            }
            else
            {
                var thread = new Thread(slot.RunOnOwnThread) { IsBackground = true, Name = $"HighPerf CPU slot {i - _options.Concurrency}" };
                _threads.Add(thread);
                thread.Start();
            }
        }
    }

    public override void OnReady()
    {
        Interlocked.Exchange(ref _ready, 1);
        if (Volatile.Read(ref _spinning) == 0)
        {
            WakeOne();
        }
    }

    public override void OnLeaseLost(Receiver receiver, long token) => _leases?.OnLost(receiver, token);

    /// <summary>True if there is, or may be, something to do.</summary>
    public bool HasUnattendedWork => Volatile.Read(ref _ready) != 0 || _io.Waiting > 0 || _cpu.Waiting > 0;

    public bool HasCpuTasks => _hasCpuTasks;

    /// <summary>The I/O slots, for the lookout.</summary>
    public ReadOnlySpan<Slot> IoSlots => SlotsOf(SlotKind.Io);

    /// <summary>Wakes a slot to look for work, unless enough of them are about: those look when they are done, and the lookout sees when they are not.</summary>
    private void WakeOne()
    {
        if (_io.Awake >= _io.AwakeLimit)
        {
            _lookout.Watch();
        }
        else if (!_io.TryWake() && _hasCpuTasks)
        {
            // Every I/O slot is taken; what is ready may be for the others, who fetch, too.
            _cpu.TryWake();
        }
    }

    /// <summary>Something for a slot to do, fetched from the brokers if nothing waits here.</summary>
    /// <param name="lane">The slot's lane.</param>
    /// <param name="item">What the slot did before, or null; what to do.</param>
    /// <param name="mayLinger">True if the slot may keep its thread for a few microseconds to see whether something comes.</param>
    public bool TryGetWork(Lane lane, ref WorkItem? item, bool mayLinger)
    {
        if (lane.Awake > lane.AwakeLimit)
        {
            return false;
        }

        if (lane == _cpu && _io.Awake > 0)
        {
            // Whoever is awake in the I/O lane fetches for both.
            return lane.TryTake(ref item);
        }

        if (lane.TryTake(ref item) || (TryFetch(lane) && lane.TryTake(ref item)))
        {
            return true;
        }

        // One slot looks on for a few microseconds: under load the next message is nearly here, and waking a parked slot costs more than looking.
        if (!mayLinger || lane.Awake > 1 || Interlocked.CompareExchange(ref _spinning, 1, 0) != 0)
        {
            return false;
        }

        for (var i = 0; i < SpinsBeforeParking && Volatile.Read(ref _ready) == 0 && lane.Waiting == 0; i++)
        {
            Thread.SpinWait(20);
        }

        Interlocked.Exchange(ref _spinning, 0);
        if ((Volatile.Read(ref _ready) != 0 && TryFetch(lane) && lane.TryTake(ref item)) || lane.TryTake(ref item))
        {
            return true;
        }

        return false;
    }

    /// <summary>A slot's task awaits something: another slot may look for work.</summary>
    public void Suspend(Lane lane)
    {
        if (lane.Suspend() && HasUnattendedWork)
        {
            lane.TryWake();
        }
    }

    /// <summary>Parks a slot unless there is something to do.</summary>
    public bool TryPark(Lane lane, Slot slot) => !_stopping && lane.TryPark(slot, lane == _io ? _isReady : _isReadyForCpu);

    /// <summary>The queues that are consumed; empty before the start.</summary>
    public ReadOnlySpan<Consumer> Consumers => _consumers;

    /// <summary>True if a message that came would be started at once.</summary>
    public bool HasFreeSlot => _io.Waiting + _cpu.Waiting == 0 && Array.Exists(_slots, static slot => slot.Item is null);

    /// <summary>Consumes a queue by a new receiver. What the one before brought is still settled through it.</summary>
    public async ValueTask ReplaceAsync(int index, CancellationToken cancellationToken)
    {
        var fresh = await OpenAsync(_consumers[index].Receiver.Source, cancellationToken).ConfigureAwait(false);
        while (Interlocked.Exchange(ref _fetching, 1) != 0)
        {
            await Task.Yield();
        }

        _consumers[index].Receiver = fresh;
        Volatile.Write(ref _fetching, 0);
        OnReady();
    }

    /// <summary>True if something that a receiver brought is not settled.</summary>
    public bool Holds(Receiver receiver)
    {
        var waiting = new List<Delivery>();
        CopyWaiting(waiting);
        return waiting.Exists(delivery => delivery.Receiver == receiver) || Array.Exists(_slots, slot => slot.Item?.Delivery.Receiver == receiver);
    }

    public void CopyWaiting(List<Delivery> destination)
    {
        _io.CopyWaiting(destination);
        _cpu.CopyWaiting(destination);
    }

    /// <summary>Takes an attempt over that does not return.</summary>
    public void Abandon(Slot slot, long number)
    {
        if (slot.TryAbandon(number, out var attempt))
        {
            _ = AbandonAsync(attempt, _options.Concurrency > Array.IndexOf(_slots, slot) ? SlotKind.Io : SlotKind.Cpu);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Publisher.Revocations.Revoked -= OnRevoked;
        _leases?.Dispose();
        _lookout.Dispose();
        Watchdog.Dispose();
        if (_watch is not null)
        {
            await _watch.DisposeAsync().ConfigureAwait(false);
        }

        foreach (var consumer in _consumers)
        {
            await consumer.Receiver.DisposeAsync().ConfigureAwait(false);
        }

        // A slot whose task never returned keeps its buffers: they are not the pool's to give away.
        if (_loops.TrueForAll(static loop => loop.IsCompleted) && _threads.TrueForAll(static thread => thread.Join(TimeSpan.FromSeconds(1))))
        {
            foreach (var slot in _slots)
            {
                slot.Release();
            }
        }

        _stopped.Dispose();
    }

    /// <summary>What runs at this moment, for people: task, id, how long.</summary>
    public IReadOnlyList<string> DescribeRunning()
    {
        var running = new List<string>();
        foreach (var slot in _slots)
        {
            if (slot.Phase is SlotPhase.Running or SlotPhase.Cancelled or SlotPhase.Abandoned && slot.Running.Item?.Registration is { } registration)
            {
                running.Add(slot.Started == 0
                    ? $"{registration.Descriptor.Name} ({slot.Id})"
                    : $"{registration.Descriptor.Name} ({slot.Id}) for {Clock.GetElapsedTime(slot.Started).TotalSeconds:F1} s");
            }
        }

        return running;
    }

    private ValueTask<Receiver> OpenAsync(Destination source, CancellationToken cancellationToken)
    {
        var options = new ReceiverOptions { Prefetch = _options.Concurrency + _options.CpuConcurrency + _options.Burst, Lease = _options.Lease };
        return source.Transport.OpenReceiverAsync(source.Queue, options, this, cancellationToken);
    }

    /// <summary>Fetches one burst from every queue; false if there was nothing, or somebody else is at it.</summary>
    private bool TryFetch(Lane lane)
    {
        if (_draining)
        {
            // Nobody fetches any more: without this the slots would not park but look for ever, on the processors that the running tasks need.
            Volatile.Write(ref _ready, 0);
            return false;
        }

        if (Interlocked.Exchange(ref _fetching, 1) != 0)
        {
            return false;
        }

        var forOthers = false;
        var fetched = 0;
        try
        {
            // Before looking: a signal that comes while looking is another reason to look.
            Interlocked.Exchange(ref _ready, 0);
            foreach (var consumer in _consumers)
            {
                // The signal is armed by a look that finds nothing. One more look costs less than to wake a slot for it.
                for (var looks = 0; ; looks++)
                {
                    var count = consumer.TryReceive(_burst);
                    forOthers |= Admit(_burst.AsSpan(0, count), lane);

                    fetched += count;
                    if (count == 0)
                    {
                        break;
                    }

                    if (count == _burst.Length || looks == 1)
                    {
                        // There may be more, and the signal is not armed.
                        Interlocked.Exchange(ref _ready, 1);
                        break;
                    }
                }
            }
        }
        finally
        {
            Volatile.Write(ref _fetching, 0);
        }

        if (forOthers)
        {
            var other = lane == _io ? _cpu : _io;
            if (other.Awake < other.AwakeLimit)
            {
                other.TryWake();
            }
        }

        LeaveLookout();

        return fetched > 0;
    }

    /// <summary>
    /// Called by whoever fetched: the tasks that were brought may take for ever. While there is more to do than is being done, either another slot is awake for it or the
    /// lookout watches that somebody gets to it.
    /// </summary>
    private void LeaveLookout()
    {
        if (HasUnattendedWork)
        {
            _lookout.Watch();
        }
    }

    /// <summary>Sorts a burst into the lanes; true if some of it is for the other lane than the fetching slot's.</summary>
    private bool Admit(Span<Delivery> burst, Lane lane)
    {
        var forCpu = 0;
        for (var i = 0; i < burst.Length; i++)
        {
            var registration = RegistrationOf(burst[i]);
            _registrations[i] = registration;
            forCpu += registration?.Descriptor.Slot == SlotKind.Cpu ? 1 : 0;
        }

        var forIo = burst.Length - forCpu;
        if (forIo > 0)
        {
            _io.Enqueue(burst, _registrations, SlotKind.Io, _other);
        }

        if (forCpu > 0)
        {
            _cpu.Enqueue(burst, _registrations, SlotKind.Cpu, _other);
        }

        burst.Clear();
        return (lane == _io ? forCpu : forIo) > 0;
    }

    /// <summary>Kind and name hash only; whether the envelope holds together is seen by the slot.</summary>
    private TaskRegistration? RegistrationOf(in Delivery delivery)
    {
        var first = delivery.Bytes.FirstSpan;
        if (first.Length < Messages.EnvelopeCodec.FixedSize && delivery.Bytes.Length >= Messages.EnvelopeCodec.FixedSize)
        {
            Span<byte> head = stackalloc byte[Messages.EnvelopeCodec.FixedSize];
            delivery.Bytes.Slice(0, head.Length).CopyTo(head);
            return RegistrationOf(head);
        }

        return RegistrationOf(first);
    }

    private TaskRegistration? RegistrationOf(ReadOnlySpan<byte> head)
        => Messages.EnvelopeCodec.TryPeek(head, out var kind, out var hash) && kind == MessageKind.Command ? _dispatcher.Find(hash) : null;

    private async Task AbandonAsync(RunningAttempt attempt, SlotKind kind)
    {
        try
        {
            await Executor.AbandonAsync(attempt).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            ExecutionLog.OutcomeFailed(Logger, attempt.Task, attempt.Id, exception);
        }

        if (!IsLost(kind))
        {
            return;
        }

        try
        {
            // A task that is merely late gives its slot back.
            await Task.Delay(_options.Lease, Clock, _whenStopped).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return;
        }

        if (IsLost(kind))
        {
            var slots = SlotsOf(kind);
            Executor.Exhaustion.OnSlotsLost(kind == SlotKind.Io ? "I/O" : "CPU", slots.Length, string.Join(", ", slots.ToArray().Select(static slot => slot.Running.Task).Distinct()));
        }
    }

    private Span<Slot> SlotsOf(SlotKind kind) => kind == SlotKind.Io ? _slots.AsSpan(0, _options.Concurrency) : _slots.AsSpan(_options.Concurrency);

    /// <summary>True when no slot of a kind will take anything up until a task returns that should have returned long ago.</summary>
    private bool IsLost(SlotKind kind)
    {
        foreach (var slot in SlotsOf(kind))
        {
            if (slot.Phase != SlotPhase.Abandoned)
            {
                return false;
            }
        }

        return true;
    }

    private void OnRevoked(MessageId id)
    {
        foreach (var slot in _slots)
        {
            var number = slot.Number;
            if (slot.Phase == SlotPhase.Running && slot.Id == id)
            {
                slot.TryCancel(number, CancellationReason.Revoked);
            }
        }
    }
}
