using System.Threading.Tasks.Sources;
using HighPerf.Messages;
using HighPerf.State;
using HighPerf.Transports;
using Microsoft.Extensions.Logging;

namespace HighPerf.Execution;

/// <summary>
/// Room for one running task. I/O slots are loops on the thread pool, CPU slots are threads of their own; a loop lives as long as the worker and allocates nothing
/// from message to message.
/// </summary>
internal sealed class Slot : IValueTaskSource
{
    private const int PhaseBits = 3;
    private const int YieldAfter = 256;

    private readonly Worker _worker;
    private readonly Lane _lane;
    private readonly ManualResetEventSlim? _wakeThread;
    private readonly Lock _cancellationGate = new();
    private ManualResetValueTaskSourceCore<bool> _wake;
    private CancellationTokenSource? _cancellation;
    private PooledBuffer? _scratch;
    private PooledBuffer? _body;
    private PooledBuffer? _jsonResult;

    // What was finished last: goes back to the lane when the next one is taken.
    private WorkItem? _item;

    // attempt number << 3 | SlotPhase
    private long _state;
    private long _taken;

    public Slot(Worker worker, Lane lane, bool ownThread)
    {
        _worker = worker;
        _lane = lane;
        _wake.RunContinuationsAsynchronously = true;
        _wakeThread = ownThread ? new ManualResetEventSlim() : null;
        Context = new TaskContext(this, worker.Publisher, worker.Clock, worker.Logger);
        Invocation = new TaskInvocation(this, worker.Services);
    }

    public TaskContext Context { get; }

    public TaskInvocation Invocation { get; }

    public PooledBuffer Result { get; private set; } = null!;

    /// <summary>What the slot took up and has not finished.</summary>
    public WorkItem? Item { get; set; }

    /// <summary>The attempt that runs; valid between <see cref="Begin"/> and <see cref="End"/>.</summary>
    public RunningAttempt Running;

    public ReadOnlyMemory<byte> Arguments { get; private set; }

    public JsonMessageOptions JsonOptions => _worker.Publisher.Json!.Options;

    /// <summary>The result as JSON; valid after <see cref="EncodeJsonResult"/>.</summary>
    public ReadOnlySpan<byte> JsonResult => _jsonResult!.Span;

    public MessageId Id => Running.Id;

    public TaskRegistration Registration => Running.Registration;

    public int Attempt => Running.Failures;

    /// <summary>True if the last attempt completed a caller's wait: the caller's continuation is queued on this thread and comes first.</summary>
    public bool HasHandedOver { get; set; }

    /// <summary>True if the last attempt succeeded and its message is acknowledged.</summary>
    public bool IsDone { get; set; }

    /// <summary>True while the task awaits something and uses no thread.</summary>
    public bool IsSuspended { get; private set; }

    /// <summary>When the attempt began, by the clock; 0 when nobody needs to know.</summary>
    public long Started { get; private set; }

    public long SoftDeadline;

    public long HardDeadline;

    public CancellationReason CancellationReason { get; private set; }

    public SlotPhase Phase => (SlotPhase)(Volatile.Read(ref _state) & ((1 << PhaseBits) - 1));

    /// <summary>How often the slot took something up, for those who watch from outside.</summary>
    public long Taken => Volatile.Read(ref _taken);

    /// <summary>Number of the attempt, for those who watch from outside.</summary>
    public long Number => Volatile.Read(ref _state) >> PhaseBits;

    public Envelope Envelope
    {
        get
        {
            Envelope.TryParse(Running.Message.Span, out var envelope, out _);
            return envelope;
        }
    }

    public CancellationToken CancellationToken
    {
        get
        {
            if (_cancellation is { } existing)
            {
                return existing.Token;
            }

            lock (_cancellationGate)
            {
                _cancellation ??= new CancellationTokenSource();
                if (CancellationReason != CancellationReason.None)
                {
                    _cancellation.Cancel();
                }

                return _cancellation.Token;
            }
        }
    }

    /// <summary>Takes what the slot holds for as long as the worker runs; <see cref="Release"/> gives it back.</summary>
    public void Open() => Result = _worker.Publisher.Pool.Rent();

    public async Task RunAsync()
    {
        var inOneGo = 0;
        while (!_worker.IsStopping)
        {
            if (!_worker.TryGetWork(_lane, ref _item, mayLinger: !HasHandedOver))
            {
                HasHandedOver = false;
                if (_worker.TryPark(_lane, this))
                {
                    await new ValueTask(this, _wake.Version).ConfigureAwait(false);
                }

                continue;
            }

            Item = _item;
            Volatile.Write(ref _taken, _taken + 1);
            try
            {
                var run = _worker.Executor.ProcessAsync(this);
                if (run.IsCompletedSuccessfully)
                {
                    run.GetAwaiter().GetResult();
                    if (++inOneGo == YieldAfter)
                    {
                        // Synchronous tasks must not keep the thread for ever: others of the pool want it too.
                        inOneGo = 0;
                        await Task.Yield();
                    }
                }
                else
                {
                    inOneGo = 0;
                    IsSuspended = true;
                    _worker.Suspend(_lane);
                    try
                    {
                        await run.ConfigureAwait(false);
                    }
                    finally
                    {
                        _lane.Resume();
                        IsSuspended = false;
                    }
                }
            }
            catch (Exception exception)
            {
                OnFailed(exception);
            }

            Item = null;
        }
    }

    public void RunOnOwnThread()
    {
        while (!_worker.IsStopping)
        {
            if (!_worker.TryGetWork(_lane, ref _item, mayLinger: true))
            {
                if (_worker.TryPark(_lane, this))
                {
                    _wakeThread!.Wait();
                }

                continue;
            }

            Item = _item;
            Volatile.Write(ref _taken, _taken + 1);
            try
            {
                var run = _worker.Executor.ProcessAsync(this);
                if (run.IsCompletedSuccessfully)
                {
                    run.GetAwaiter().GetResult();
                }
                else
                {
                    run.AsTask().GetAwaiter().GetResult();
                }
            }
            catch (Exception exception)
            {
                OnFailed(exception);
            }

            Item = null;
        }
    }

    private void OnFailed(Exception exception)
    {
        ExecutionLog.SlotFailed(_worker.Logger, exception);
        if (exception is OutOfMemoryException)
        {
            _worker.Executor.Exhaustion.OnOutOfMemory("a slot");
        }
    }

    public void PrepareToPark()
    {
        if (_wakeThread is not null)
        {
            _wakeThread.Reset();
        }
        else
        {
            _wake.Reset();
        }
    }

    public void Wake()
    {
        if (_wakeThread is not null)
        {
            _wakeThread.Set();
        }
        else
        {
            _wake.SetResult(true);
        }
    }

    /// <summary>A delivery's bytes in one piece: in place, or, where they straddle segments, copied into a buffer of the slot.</summary>
    public ReadOnlyMemory<byte> GetMessage(in Delivery delivery)
    {
        var bytes = delivery.Bytes;
        if (bytes.IsSingleSegment)
        {
            return bytes.First;
        }

        _scratch ??= _worker.Publisher.Pool.Rent();
        _scratch.Clear();
        foreach (var segment in bytes)
        {
            _scratch.Write(segment.Span);
        }

        return _scratch.Memory;
    }

    public void Begin(in Envelope envelope, ReadOnlyMemory<byte> message, int failures, JsonCodec? json = null)
    {
        Running.Item = Item!;
        Running.Id = envelope.Id;
        Running.Failures = failures;
        Running.Reply = envelope.Reply;
        Running.Workflow = envelope.Workflow;
        Running.Json = json;
        Running.Message = message;
        Arguments = message[envelope.Length..];
        BeginAttempt();
    }

    /// <summary>Fetches the part of a command's body that is in the payload store; false when it is not there. Before <see cref="Begin"/>.</summary>
    public async ValueTask<bool> FetchBodyAsync(PayloadStore payloads, ClaimCheck claim, ReadOnlyMemory<byte> inline, CancellationToken cancellationToken)
    {
        var body = _body ??= _worker.Publisher.Pool.Rent();
        body.Clear();
        var at = Math.Clamp(claim.At, 0, inline.Length);
        body.Write(inline.Span[..at]);
        if (!await payloads.TryGetAsync(claim.Payload, body, cancellationToken).ConfigureAwait(false))
        {
            return false;
        }

        body.Write(inline.Span[at..]);
        return true;
    }

    public ReadOnlySpan<byte> FetchedBody => _body!.Span;

    /// <summary>Begins an attempt at a command whose body was fetched.</summary>
    public void BeginFetched(in Envelope envelope, ReadOnlyMemory<byte> message, int failures, JsonCodec? json)
    {
        Begin(envelope, message, failures, json);
        Arguments = _body!.Memory;
    }

    /// <summary>Gives back what a fetched body took: one large message must not keep its memory for ever.</summary>
    public void ReleaseBody()
    {
        _body?.Return();
        _body = null;
    }

    /// <summary>The next attempt at the same message, in this slot.</summary>
    public void BeginAgain()
    {
        Running.Failures++;
        BeginAttempt();
    }

    private void BeginAttempt()
    {
        // What the attempt before left registered on its token must not hear of this one's end.
        if (_cancellation is { } used && (CancellationReason != CancellationReason.None || !used.TryReset()))
        {
            used.Dispose();
            _cancellation = null;
        }

        CancellationReason = CancellationReason.None;

        Result.Clear();
        var registration = Running.Registration;
        if (Telemetry.ActiveTasks.Enabled)
        {
            Telemetry.ActiveTasks.Add(1, new KeyValuePair<string, object?>("highperf.task.name", registration.Descriptor.Name));
        }

        Started = _worker.NeedsTimestamps || registration.SoftLimit != 0 || registration.HardLimit != 0 ? _worker.Clock.GetTimestamp() : 0;
        SoftDeadline = registration.SoftLimit == 0 ? 0 : Started + registration.SoftLimit;
        HardDeadline = registration.HardLimit == 0 ? 0 : Started + registration.HardLimit;
        Volatile.Write(ref _state, (((_state >> PhaseBits) + 1) << PhaseBits) | (long)SlotPhase.Running);
        if (SoftDeadline != 0 || HardDeadline != 0)
        {
            _worker.Watchdog.Watch(SoftDeadline == 0 ? HardDeadline : HardDeadline == 0 ? SoftDeadline : Math.Min(SoftDeadline, HardDeadline));
        }
    }

    /// <summary>A call in JSON is answered in JSON; sinks and workflows take the result in the binary format all the same.</summary>
    public void EncodeJsonResult()
    {
        _jsonResult ??= _worker.Publisher.Pool.Rent();
        _jsonResult.Clear();
        Running.Json!.ResultToJson(Result.Span, _jsonResult, JsonOptions);
    }

    /// <summary>The task has returned: from here on the attempt has no time limit.</summary>
    public void EndLimits() => SoftDeadline = HardDeadline = 0;

    /// <summary>Ends the attempt and says how it stood: running (the usual), cancelled, or abandoned (then its outcome is decided already).</summary>
    public SlotPhase End()
    {
        if (Telemetry.ActiveTasks.Enabled)
        {
            Telemetry.ActiveTasks.Add(-1, new KeyValuePair<string, object?>("highperf.task.name", Running.Registration.Descriptor.Name));
        }

        var state = _state;
        if ((SlotPhase)(state & ((1 << PhaseBits) - 1)) == SlotPhase.Running
            && Interlocked.CompareExchange(ref _state, (state >> PhaseBits) << PhaseBits, state) == state)
        {
            return SlotPhase.Running;
        }

        var spinner = default(SpinWait);
        while (true)
        {
            state = Volatile.Read(ref _state);
            var phase = (SlotPhase)(state & ((1 << PhaseBits) - 1));
            if (phase == SlotPhase.Cancelling)
            {
                // Somebody cancels at this moment: a few instructions.
                spinner.SpinOnce();
            }
            else if (Interlocked.CompareExchange(ref _state, (state >> PhaseBits) << PhaseBits, state) == state)
            {
                // Exchanged, not written: the watchdog may abandon a cancelled attempt at this moment, and only one of us may decide its outcome.
                return phase;
            }
        }
    }

    /// <summary>Cancels the attempt with this number if it still runs.</summary>
    public bool TryCancel(long number, CancellationReason reason)
    {
        var running = (number << PhaseBits) | (long)SlotPhase.Running;
        if (Interlocked.CompareExchange(ref _state, (number << PhaseBits) | (long)SlotPhase.Cancelling, running) != running)
        {
            return false;
        }

        lock (_cancellationGate)
        {
            CancellationReason = reason;

            // The token is cancelled at once; what tasks registered on it runs on the pool and not here.
            _ = _cancellation?.CancelAsync();
        }

        Volatile.Write(ref _state, (number << PhaseBits) | (long)SlotPhase.Cancelled);
        return true;
    }

    /// <summary>Takes the outcome of the attempt with this number away from the slot.</summary>
    public bool TryAbandon(long number, out RunningAttempt attempt)
    {
        // Copied before it is taken: until then the item is with the attempt.
        attempt = Running;
        attempt.Item = new WorkItem { Delivery = Running.Item.Delivery, Registration = Running.Item.Registration };
        foreach (var phase in (ReadOnlySpan<SlotPhase>)[SlotPhase.Cancelled, SlotPhase.Running])
        {
            var expected = (number << PhaseBits) | (long)phase;
            if (Interlocked.CompareExchange(ref _state, (number << PhaseBits) | (long)SlotPhase.Abandoned, expected) == expected)
            {
                // The task goes on after the delivery is settled and its bytes are somebody else's: what its context still says comes from a copy.
                Running.Message = attempt.Message.ToArray();
                return true;
            }
        }

        return false;
    }

    public void ReportProgress(double fraction) => _worker.Publisher.Results.ReportProgress(Running.Reply, fraction);

    public void Release()
    {
        Result?.Return();
        _scratch?.Return();
        _scratch = null;
        ReleaseBody();
        _jsonResult?.Return();
        _jsonResult = null;
        _cancellation?.Dispose();
        _wakeThread?.Dispose();
    }

    void IValueTaskSource.GetResult(short token) => _wake.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource.GetStatus(short token) => _wake.GetStatus(token);

    void IValueTaskSource.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
        => _wake.OnCompleted(continuation, state, token, flags);
}
