using System.Diagnostics;
using System.Runtime.CompilerServices;
using HighPerf.Data;
using HighPerf.Diagnostics;
using HighPerf.Messages;
using HighPerf.Publishing;
using HighPerf.Routing;
using HighPerf.State;
using HighPerf.Transports;
using Microsoft.Extensions.Logging;

namespace HighPerf.Execution;

/// <summary>
/// One message from slot to settlement, in the order of contract D5: execute, results into all sinks, follow-ups published, caller told, acknowledge last. The path of
/// a task that completes synchronously has no state machine; everything that waits is in a method of its own.
/// </summary>
internal sealed partial class TaskExecutor
{
    private static readonly TimeSpan GiveBackDelay = TimeSpan.FromSeconds(5);

    private readonly Publisher _publisher;
    private readonly Replies _replies;
    private readonly Router _router;
    private readonly ResultSinks _sinks;
    private readonly Continuations _continuations;
    private readonly PayloadStore? _payloads;
    private readonly TimeProvider _clock;
    private readonly ILogger _logger;
    private readonly Parking _parking;
    private readonly Suspects _suspects;
    private readonly CancellationToken _stopping;

    public TaskExecutor(
        Publisher publisher,
        Replies replies,
        Router router,
        ResultSinks sinks,
        Continuations continuations,
        WorkerOptions options,
        StateStore state,
        PayloadStore? payloads,
        TimeProvider clock,
        ILogger logger,
        CancellationToken stopping)
    {
        _payloads = payloads;
        _publisher = publisher;
        _replies = replies;
        _router = router;
        _sinks = sinks;
        _continuations = continuations;
        _suspects = new Suspects(state, options);
        Exhaustion = new Exhaustion(options, logger);
        _clock = clock;
        _logger = logger;
        _parking = new Parking(logger);
        _stopping = stopping;
    }

    public Exhaustion Exhaustion { get; }

    public ValueTask ProcessAsync(Slot slot)
    {
        Failpoint.Pass(Failpoint.AfterReceive);
        var item = slot.Item!;
        ref readonly var delivery = ref item.Delivery;
        var message = slot.GetMessage(delivery);
        if (!Envelope.TryParse(message.Span, out var envelope, out var error))
        {
            if (EnvelopeCodec.IsNewer(message.Span))
            {
                return _parking.ParkAsync(delivery, message, error!);
            }

            ExecutionLog.Undecodable(_logger, delivery.Receiver.Source.Queue, error!);
            return DeadLetterAsync(delivery, DeadLetterReason.Undecodable, error!);
        }

        if (Telemetry.Consumed.Enabled)
        {
            Telemetry.Consumed.Add(1, new KeyValuePair<string, object?>("messaging.destination.name", delivery.Receiver.Source.Queue));
        }

        if (envelope.Kind != MessageKind.Command)
        {
            if (envelope.ContentType is not (ContentType.Binary or ContentType.Json))
            {
                return RefuseContentAsync(envelope, delivery);
            }

            // JSON is read by the names of members, whoever wrote it.
            return envelope.ContentType == ContentType.Binary && _router.Unreadable(envelope) is { } unreadable ? _parking.ParkAsync(delivery, message, unreadable) : ForwardAsync(envelope, delivery);
        }

        if (item.Registration is not { } registration)
        {
            // A worker of another version may know it.
            return _parking.ParkAsync(delivery, message, $"No task of this process is called {envelope.Name} ({envelope.Id}). Reference the assembly that declares it, or let another worker consume the queue.");
        }

        if (Refuses(envelope, delivery, registration, out var refusal))
        {
            return refusal;
        }

        return delivery.DeliveryCount > 1 ? ProcessSuspectAsync(slot, message) : BeginAsync(slot, message, envelope, registration);
    }

    private ValueTask BeginAsync(Slot slot, ReadOnlyMemory<byte> message, TaskRegistration registration)
    {
        Envelope.TryParse(message.Span, out var envelope, out _);
        return BeginAsync(slot, message, envelope, registration);
    }

    /// <summary>Runs a command that may start.</summary>
    private ValueTask BeginAsync(Slot slot, ReadOnlyMemory<byte> message, in Envelope envelope, TaskRegistration registration)
    {
        ref readonly var delivery = ref slot.Item!.Delivery;
        JsonCodec? json = null;
        if (envelope.ContentType != ContentType.Binary)
        {
            json = envelope.ContentType == ContentType.Json ? registration.Json : null;
            if (json is null)
            {
                return RefuseContentAsync(envelope, delivery);
            }
        }

        if (envelope.Has(EnvelopeFlags.Claim))
        {
            return ProcessClaimedAsync(slot, message, json);
        }

        if (json is null && !registration.Descriptor.Reads(envelope.Fingerprint, envelope.Body))
        {
            return _parking.ParkAsync(delivery, message, SchemaDifference.Describe(registration.Descriptor.Message, envelope.Fingerprint, envelope.Body));
        }

        slot.Begin(envelope, message, failures: envelope.Attempt, json);
        return RunBegunAsync(slot);
    }

    private ValueTask RunBegunAsync(Slot slot)
    {
        if (_publisher.Revocations.Contains(slot.Id))
        {
            // Revoked between the look before and this: whoever revoked did not see it run.
            slot.TryCancel(slot.Number, CancellationReason.Revoked);
        }

        return Telemetry.Source.HasListeners() ? RunTracedAsync(slot) : RunAsync(slot);
    }

    private ValueTask RefuseAsync(ReadOnlyMemory<byte> message, Delivery delivery, DeadLetterReason reason, string description)
    {
        Envelope.TryParse(message.Span, out var envelope, out _);
        return RefuseAsync(envelope, delivery, reason, description);
    }

    /// <summary>The hard time limit took the attempt away from its slot: it failed.</summary>
    public async ValueTask AbandonAsync(RunningAttempt attempt)
    {
        ExecutionLog.HardTimeLimit(_logger, attempt.Task, attempt.Id);
        if (attempt.Turn is { } turn)
        {
            // It may never return: the next suspect does not wait for that.
            await LeaveAsync(turn, isDone: false, attempt.Task, attempt.Id).ConfigureAwait(false);
        }

        await DecideAsync(attempt, new TimeoutException("The attempt did not return within its hard time limit."), mayRunAgain: null).ConfigureAwait(false);
    }

    /// <summary>What must not start: expired, revoked.</summary>
    private bool Refuses(in Envelope envelope, in Delivery delivery, TaskRegistration registration, out ValueTask refusal)
    {
        refusal = default;
        if (envelope.Has(EnvelopeFlags.Expires) && envelope.ExpiresTicks <= _clock.GetUtcNow().UtcTicks)
        {
            ExecutionLog.TaskExpired(_logger, registration.Descriptor.Name, envelope.Id);
            refusal = RefuseAsync(envelope, delivery, DeadLetterReason.Expired, "Its time was over before it started.");
            return true;
        }

        if (_publisher.Revocations.Contains(envelope.Id))
        {
            ExecutionLog.TaskCancelled(_logger, registration.Descriptor.Name, envelope.Id, CancellationReason.Revoked);
            refusal = RevokeAsync(OriginOf(envelope, delivery), new TaskCanceledException("The command was revoked."), delivery);
            return true;
        }

        return false;
    }

    private ValueTask RunAsync(Slot slot)
    {
        ValueTask run;
        try
        {
            Failpoint.Pass(Failpoint.BeforeRun);
            run = slot.Registration.Handler.InvokeAsync(slot.Invocation);
            if (!run.IsCompletedSuccessfully)
            {
                return AwaitAsync(slot, run);
            }

            run.GetAwaiter().GetResult();
            EncodeResult(slot);
        }
        catch (Exception exception)
        {
            return FailAsync(slot, exception);
        }

        return slot.Invocation.HasScope ? AwaitAsync(slot, default) : SucceedAsync(slot);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask RunTracedAsync(Slot slot)
    {
        var parent = slot.Envelope.TryGetTrace(out var trace) ? new ActivityContext(trace.TraceId, trace.SpanId, trace.Flags, slot.Envelope.TraceState, isRemote: true) : default;
        using var activity = Telemetry.StartProcess(slot.Running.Delivery.Receiver.Source.Queue, parent);
        if (activity is { IsAllDataRequested: true })
        {
            activity.SetTag("messaging.message.id", slot.Id.ToString());
            activity.SetTag("highperf.task.name", slot.Registration.Descriptor.Name);
            activity.SetTag("highperf.task.attempt", slot.Attempt + 1);
        }

        await RunAsync(slot).ConfigureAwait(false);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask AwaitAsync(Slot slot, ValueTask run)
    {
        Exception? failure = null;
        try
        {
            await run.ConfigureAwait(false);
            EncodeResult(slot);
        }
        catch (Exception exception)
        {
            failure = exception;
        }

        try
        {
            // The scope ends before the acknowledgement: what it commits on disposal is part of the task.
            await slot.Invocation.DisposeScopeAsync().ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            failure ??= exception;
        }

        await (failure is null ? SucceedAsync(slot) : FailAsync(slot, failure)).ConfigureAwait(false);
    }

    private static void EncodeResult(Slot slot)
    {
        if (slot.Running.Json is not null && !slot.Running.Reply.IsNone)
        {
            slot.EncodeJsonResult();
        }
    }

    private bool TryComplete(Slot slot, ref readonly RunningAttempt attempt) => attempt.Json is null
        ? _publisher.Results.TryComplete(attempt.Reply, slot.Result.Span)
        : _publisher.Results.TryCompleteJson(attempt.Reply, slot.JsonResult, attempt.Json, slot.JsonOptions, _publisher.Pool);

    private ValueTask SucceedAsync(Slot slot)
    {
        Failpoint.Pass(Failpoint.AfterRun);
        ref var attempt = ref slot.Running;
        if (attempt.Registration.Sinks is not null || !attempt.Workflow.Id.IsNone || _replies.IsElsewhere(attempt.Reply))
        {
            return FollowUpAsync(slot);
        }

        if (slot.End() == SlotPhase.Abandoned)
        {
            return default;
        }

        if (!attempt.Reply.IsNone && TryComplete(slot, ref attempt))
        {
            slot.HasHandedOver = true;
        }

        Failpoint.Pass(Failpoint.BeforeAck);
        var acknowledge = attempt.Delivery.Receiver.AcknowledgeAsync(attempt.Delivery.Token);
        if (!acknowledge.IsCompletedSuccessfully)
        {
            return FinishAsync(slot, acknowledge);
        }

        Finish(slot, acknowledge.Result);
        return default;
    }

    /// <summary>Success with sinks, a workflow or a caller in another process: stored and passed on while the lease is still renewed, then acknowledged.</summary>
    private async ValueTask FollowUpAsync(Slot slot)
    {
        var attempt = slot.Running;

        // The time limits are the task's, and it has returned: a sink that is down must not fail it.
        slot.EndLimits();
        if (slot.Phase == SlotPhase.Abandoned)
        {
            slot.End();
            return;
        }

        try
        {
            if (attempt.Registration.Sinks is { } sinks)
            {
                await _sinks.WriteAsync(sinks, new SinkRecord(attempt.Id, attempt.Task, slot.Result.Memory), _stopping).ConfigureAwait(false);
                Failpoint.Pass(Failpoint.AfterResult);
            }

            if (!attempt.Workflow.Id.IsNone && slot.Phase != SlotPhase.Abandoned)
            {
                await _continuations.CompleteAsync(OriginOf(attempt), slot.Result.Memory).ConfigureAwait(false);
                Failpoint.Pass(Failpoint.AfterOutbox);
            }
            else if (_replies.IsElsewhere(attempt.Reply) && slot.Phase != SlotPhase.Abandoned)
            {
                await _replies.SendResultAsync(OriginOf(attempt), slot.Result.Memory).ConfigureAwait(false);
                Failpoint.Pass(Failpoint.AfterReply);
            }
        }
        catch (Exception exception)
        {
            if (slot.End() == SlotPhase.Abandoned)
            {
                return;
            }

            if (_stopping.IsCancellationRequested || exception is PublishException)
            {
                // A broker that does not take a message now is no fault of the task.
                ExecutionLog.OutcomeFailed(_logger, attempt.Task, attempt.Id, exception);
                await attempt.Delivery.Receiver.ReleaseAsync(attempt.Delivery.Token, GiveBackDelay, counted: false).ConfigureAwait(false);
                return;
            }

            // A result that no sink takes or that is too large for the next step is a failure like any other: tried again, and given up on in the end.
            await DecideAsync(attempt, exception, mayRunAgain: null).ConfigureAwait(false);
            return;
        }

        if (slot.End() == SlotPhase.Abandoned)
        {
            return;
        }

        if (!attempt.Reply.IsNone && attempt.Workflow.Id.IsNone && !_replies.IsElsewhere(attempt.Reply))
        {
            TryComplete(slot, ref attempt);
        }

        Failpoint.Pass(Failpoint.BeforeAck);
        await FinishAsync(slot, attempt.Delivery.Receiver.AcknowledgeAsync(attempt.Delivery.Token)).ConfigureAwait(false);
    }

    private async ValueTask FinishAsync(Slot slot, ValueTask<bool> acknowledge) => Finish(slot, await acknowledge.ConfigureAwait(false));

    private void Finish(Slot slot, bool current)
    {
        Failpoint.Pass(Failpoint.AfterAck);
        if (!current)
        {
            ExecutionLog.LeaseLost(_logger, slot.Registration.Descriptor.Name, slot.Id);
            return;
        }

        slot.IsDone = true;
        if (slot.Started != 0)
        {
            Report(slot);
        }
    }

    private void Report(Slot slot)
    {
        var elapsed = _clock.GetElapsedTime(slot.Started);
        if (Telemetry.TaskDuration.Enabled)
        {
            Telemetry.TaskDuration.Record(
                elapsed.TotalSeconds, new KeyValuePair<string, object?>("highperf.task.name", slot.Registration.Descriptor.Name), new KeyValuePair<string, object?>("outcome", "success"));
        }

        ExecutionLog.TaskSucceeded(_logger, slot.Registration.Descriptor.Name, slot.Id, elapsed.TotalMilliseconds, slot.Attempt + 1);
    }

    private async ValueTask FailAsync(Slot slot, Exception exception)
    {
        try
        {
            await slot.Invocation.DisposeScopeAsync().ConfigureAwait(false);
        }
        catch (Exception)
        {
            // The attempt has failed already, and for a reason that says more.
        }

        var phase = slot.End();
        if (phase == SlotPhase.Abandoned)
        {
            return;
        }

        // Once the message is somebody else's or nobody's, it does not matter how the task ended. A time-out counts as a failure in any case.
        var reason = phase == SlotPhase.Cancelled ? slot.CancellationReason : CancellationReason.None;
        if (reason != CancellationReason.None && (exception is OperationCanceledException || reason != CancellationReason.Timeout))
        {
            ExecutionLog.TaskCancelled(_logger, slot.Registration.Descriptor.Name, slot.Id, reason);
            switch (reason)
            {
                case CancellationReason.Shutdown:
                    await slot.Running.Delivery.Receiver.ReleaseAsync(slot.Running.Delivery.Token, TimeSpan.Zero, counted: false).ConfigureAwait(false);
                    return;
                case CancellationReason.Revoked:
                    await RevokeAsync(slot.Running, exception).ConfigureAwait(false);
                    return;
                case CancellationReason.LeaseLost:
                    return;
                default:
                    exception = new TimeoutException("The attempt did not end within its time limit.", exception);
                    break;
            }
        }

        if (exception is OutOfMemoryException)
        {
            Exhaustion.OnOutOfMemory(slot.Registration.Descriptor.Name);
        }

        await DecideAsync(slot.Running, exception, slot).ConfigureAwait(false);
    }

    /// <summary>A failure's consequence: at once again, later again, or dead letter.</summary>
    private async ValueTask DecideAsync(RunningAttempt attempt, Exception exception, Slot? mayRunAgain)
    {
        if (Telemetry.TaskDuration.Enabled && mayRunAgain is { Started: not 0 })
        {
            Telemetry.TaskDuration.Record(
                _clock.GetElapsedTime(mayRunAgain.Started).TotalSeconds, new KeyValuePair<string, object?>("highperf.task.name", attempt.Task), new KeyValuePair<string, object?>("outcome", "failure"));
        }

        if (Telemetry.Source.HasListeners() && Activity.Current is { } activity && activity.Source == Telemetry.Source)
        {
            activity.SetStatus(ActivityStatusCode.Error, exception.Message);
        }

        var failures = attempt.Failures + 1;
        var policy = attempt.Registration.Policy;
        if (exception is MessageFormatException { IsNewer: true })
        {
            // A contract within the message has members that are not known here.
            await _parking.ParkAsync(attempt.Delivery, attempt.Message, exception.Message).ConfigureAwait(false);
            return;
        }

        if (exception is PoisonException or MessageFormatException || failures >= policy.MaxAttempts)
        {
            await GiveUpAsync(attempt, failures, exception).ConfigureAwait(false);
            return;
        }

        if (Telemetry.Retries.Enabled)
        {
            Telemetry.Retries.Add(1, new KeyValuePair<string, object?>("highperf.task.name", attempt.Task));
        }

        var delay = policy.DelayAfter(failures);
        if (failures <= policy.Immediate && mayRunAgain is not null)
        {
            ExecutionLog.TaskRetriedAtOnce(_logger, attempt.Task, attempt.Id, failures, exception);
            mayRunAgain.BeginAgain();
            await RunAsync(mayRunAgain).ConfigureAwait(false);
            return;
        }

        ExecutionLog.TaskRetried(_logger, attempt.Task, attempt.Id, failures, policy.MaxAttempts, delay, exception);
        await RetryLaterAsync(attempt, failures, delay).ConfigureAwait(false);
    }

    /// <summary>Publishes a copy for the next attempt, then acknowledges: a crash in between leaves both, with the same id, and loses nothing.</summary>
    private async ValueTask RetryLaterAsync(RunningAttempt attempt, int failures, TimeSpan delay)
    {
        var receiver = attempt.Delivery.Receiver;
        var outcome = await PublishRetryAsync(attempt, failures, delay).ConfigureAwait(false);
        if (outcome.IsAccepted)
        {
            Failpoint.Pass(Failpoint.AfterRetryCopy);
            await receiver.AcknowledgeAsync(attempt.Delivery.Token).ConfigureAwait(false);
        }
        else
        {
            await receiver.ReleaseAsync(attempt.Delivery.Token, delay).ConfigureAwait(false);
        }
    }

    private ValueTask<PublishOutcome> PublishRetryAsync(in RunningAttempt attempt, int failures, TimeSpan delay)
    {
        Envelope.TryParse(attempt.Message.Span, out var envelope, out _);
        var fields = new EnvelopeFields
        {
            Message = attempt.Registration.Descriptor.Message,
            Id = attempt.Id,
            Attempt = (ushort)failures,
            Priority = envelope.Priority,
            ExpiresTicks = envelope.ExpiresTicks,
            OrderingKey = envelope.OrderingKey,
            Reply = attempt.Reply,
            Workflow = attempt.Workflow,
        };
        return _publisher.PublishRetryAsync(attempt.Delivery.Receiver.Source, attempt.Message.Span, _clock.GetUtcNow() + delay, fields);
    }

    private async ValueTask GiveUpAsync(RunningAttempt attempt, int failures, Exception exception)
    {
        var receiver = attempt.Delivery.Receiver;
        var reason = exception is PoisonException ? DeadLetterReason.Poisonous : exception is MessageFormatException ? DeadLetterReason.Undecodable : DeadLetterReason.AttemptsExhausted;
        var description = $"{exception.GetType().Name}: {exception.Message}";
        ExecutionLog.TaskFailed(_logger, attempt.Task, attempt.Id, failures, reason, receiver.Source.Queue, exception);
        CountDeadLetter(reason);
        if (await TellAsync(OriginOf(attempt), new TaskFailedException(attempt.Task, attempt.Id, description), attempt.Delivery).ConfigureAwait(false))
        {
            Failpoint.Pass(Failpoint.BeforeDeadLetter);
            await receiver.DeadLetterAsync(attempt.Delivery.Token, reason, description).ConfigureAwait(false);
        }
    }

    private ValueTask RevokeAsync(RunningAttempt attempt, Exception exception)
        => RevokeAsync(OriginOf(attempt), new TaskCanceledException("The command was revoked.", exception), attempt.Delivery);

    private async ValueTask RevokeAsync(ReplyOrigin origin, Exception cancelled, Delivery delivery)
    {
        if (await TellAsync(origin, cancelled, delivery).ConfigureAwait(false))
        {
            await AcknowledgeAsync(delivery).ConfigureAwait(false);
        }
    }

    /// <summary>Tells whoever waits that a command failed for good. False: they could not be told, and the delivery was given back, to be decided again.</summary>
    private async ValueTask<bool> TellAsync(ReplyOrigin origin, Exception failure, Delivery delivery)
    {
        try
        {
            await (origin.IsStep ? _continuations.FailAsync(origin, failure) : _replies.SendFailureAsync(origin, failure)).ConfigureAwait(false);
            return true;
        }
        catch (Exception exception)
        {
            // A broker or a store that is down.
            ExecutionLog.OutcomeFailed(_logger, origin.Task, origin.Command, exception);
            await delivery.Receiver.ReleaseAsync(delivery.Token, GiveBackDelay, counted: false).ConfigureAwait(false);
            return false;
        }
    }

    private ValueTask ForwardAsync(in Envelope envelope, in Delivery delivery)
    {
        try
        {
            var forward = _router.ForwardAsync(envelope, delivery);
            if (!forward.IsCompletedSuccessfully)
            {
                return AwaitForwardAsync(forward, delivery);
            }

            Failpoint.Pass(Failpoint.AfterForward);
            return AcknowledgeAsync(delivery);
        }
        catch (Exception exception)
        {
            return AwaitForwardAsync(ValueTask.FromException(exception), delivery);
        }
    }

    private async ValueTask AwaitForwardAsync(ValueTask forward, Delivery delivery)
    {
        try
        {
            await forward.ConfigureAwait(false);
            Failpoint.Pass(Failpoint.AfterForward);
        }
        catch (Exception exception)
        {
            ExecutionLog.ForwardFailed(_logger, delivery.Receiver.Source.Queue, exception);
            await delivery.Receiver.ReleaseAsync(delivery.Token, GiveBackDelay).ConfigureAwait(false);
            return;
        }

        await delivery.Receiver.AcknowledgeAsync(delivery.Token).ConfigureAwait(false);
    }

    /// <summary>A command that will not be executed: whoever waits is told, the message becomes a dead letter.</summary>
    private ValueTask RefuseAsync(in Envelope envelope, in Delivery delivery, DeadLetterReason reason, string description)
        => envelope.Reply.IsNone && !envelope.Has(EnvelopeFlags.Workflow)
            ? DeadLetterAsync(delivery, reason, description)
            : RefuseAsync(OriginOf(envelope, delivery), delivery, reason, description);

    private async ValueTask RefuseAsync(ReplyOrigin origin, Delivery delivery, DeadLetterReason reason, string description)
    {
        if (await TellAsync(origin, new TaskFailedException(origin.Task, origin.Command, description), delivery).ConfigureAwait(false))
        {
            await DeadLetterAsync(delivery, reason, description).ConfigureAwait(false);
        }
    }

    /// <summary>A body in a content type that this process does not read: a dead letter, for another process may.</summary>
    private ValueTask RefuseContentAsync(in Envelope envelope, in Delivery delivery)
    {
        var description = ContentType.Explain(envelope.ContentType, envelope.Name);
        ExecutionLog.Undecodable(_logger, delivery.Receiver.Source.Queue, description);
        return RefuseAsync(envelope, delivery, DeadLetterReason.Undecodable, description);
    }

    private static async ValueTask DeadLetterAsync(Delivery delivery, DeadLetterReason reason, string description)
    {
        CountDeadLetter(reason);
        await delivery.Receiver.DeadLetterAsync(delivery.Token, reason, description).ConfigureAwait(false);
    }

    private static void CountDeadLetter(DeadLetterReason reason)
    {
        if (Telemetry.DeadLetters.Enabled)
        {
            Telemetry.DeadLetters.Add(1, new KeyValuePair<string, object?>("reason", reason.ToString()));
        }
    }

    private static ValueTask AcknowledgeAsync(in Delivery delivery)
    {
        var acknowledge = delivery.Receiver.AcknowledgeAsync(delivery.Token);
        return acknowledge.IsCompletedSuccessfully ? default : new ValueTask(acknowledge.AsTask());
    }

    private static ReplyOrigin OriginOf(in RunningAttempt attempt)
    {
        Envelope.TryParse(attempt.Message.Span, out var envelope, out _);
        return OriginOf(envelope, attempt.Delivery);
    }

    private static ReplyOrigin OriginOf(in Envelope envelope, in Delivery delivery)
    {
        var (id, root) = (envelope.Id, envelope.RootId);
        return new ReplyOrigin(id, envelope.Name, envelope.Reply, delivery.Receiver.Source.Transport, envelope.Workflow, new Lineage(id, root.IsNone ? id : root, envelope.CorrelationId));
    }
}
