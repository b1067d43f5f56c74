using HighPerf.Transports;
using Microsoft.Extensions.Logging;

namespace HighPerf.Execution;

/// <summary>Log messages of this room (event ids: <see cref="EventIds"/>).</summary>
internal static partial class ExecutionLog
{
    [LoggerMessage(EventIds.Execution + 0, LogLevel.Information, "{Task} ({Id}) succeeded in {Duration:F1} ms, attempt {Attempt}")]
    public static partial void TaskSucceeded(ILogger logger, string task, MessageId id, double duration, int attempt);

    [LoggerMessage(EventIds.Execution + 1, LogLevel.Warning, "{Task} ({Id}) failed in attempt {Attempt} of {MaxAttempts}; again in {Delay}")]
    public static partial void TaskRetried(ILogger logger, string task, MessageId id, int attempt, int maxAttempts, TimeSpan delay, Exception exception);

    [LoggerMessage(EventIds.Execution + 2, LogLevel.Error, "{Task} ({Id}) failed for good in attempt {Attempt} ({Reason}); it is a dead letter of {Queue}")]
    public static partial void TaskFailed(ILogger logger, string task, MessageId id, int attempt, DeadLetterReason reason, string queue, Exception? exception);

    [LoggerMessage(EventIds.Execution + 3, LogLevel.Warning, "{Task} ({Id}) was cancelled: {Reason}")]
    public static partial void TaskCancelled(ILogger logger, string task, MessageId id, CancellationReason reason);

    [LoggerMessage(EventIds.Execution + 4, LogLevel.Error, "{Task} ({Id}) did not return within its hard time limit; the attempt counts as failed, its slot stays taken until it returns")]
    public static partial void HardTimeLimit(ILogger logger, string task, MessageId id);

    [LoggerMessage(EventIds.Execution + 5, LogLevel.Warning, "{Task} ({Id}): an optional part failed")]
    public static partial void OptionalFailed(ILogger logger, string task, MessageId id, Exception exception);

    [LoggerMessage(EventIds.Execution + 6, LogLevel.Warning, "{Task} ({Id}): the lease was lost; what it did may be done again")]
    public static partial void LeaseLost(ILogger logger, string task, MessageId id);

    [LoggerMessage(EventIds.Execution + 7, LogLevel.Error, "A message of {Queue} cannot be decoded and is a dead letter now: {Error}")]
    public static partial void Undecodable(ILogger logger, string queue, string error);

    [LoggerMessage(EventIds.Execution + 9, LogLevel.Warning, "{Task} ({Id}) expired before it started")]
    public static partial void TaskExpired(ILogger logger, string task, MessageId id);

    [LoggerMessage(EventIds.Execution + 10, LogLevel.Error, "The outcome of {Task} ({Id}) could not be stored or passed on; the message is given back")]
    public static partial void OutcomeFailed(ILogger logger, string task, MessageId id, Exception exception);

    [LoggerMessage(EventIds.Execution + 11, LogLevel.Warning, "{Task} ({Id}) failed in attempt {Attempt} and is tried again at once")]
    public static partial void TaskRetriedAtOnce(ILogger logger, string task, MessageId id, int attempt, Exception exception);

    [LoggerMessage(EventIds.Execution + 12, LogLevel.Critical, "A slot of the worker failed outside of any task; it goes on")]
    public static partial void SlotFailed(ILogger logger, Exception exception);

    [LoggerMessage(EventIds.Execution + 13, LogLevel.Warning, "A message of {Queue} could not be passed on to its subscribers and is given back")]
    public static partial void ForwardFailed(ILogger logger, string queue, Exception exception);

    [LoggerMessage(EventIds.Execution + 14, LogLevel.Debug, "Workflow {Workflow} is over or expired; the completion of {Task} ({Id}) is dropped")]
    public static partial void WorkflowGone(ILogger logger, MessageId workflow, string task, MessageId id);

    [LoggerMessage(EventIds.Execution + 15, LogLevel.Information, "Draining: {Waiting}")]
    public static partial void Draining(ILogger logger, string waiting);

    [LoggerMessage(EventIds.Execution + 16, LogLevel.Warning, "The drain time of {DrainTimeout} is over: {Count} attempts are cancelled and their messages given back")]
    public static partial void DrainOver(ILogger logger, TimeSpan drainTimeout, int count);

    [LoggerMessage(EventIds.Execution + 17, LogLevel.Warning, "The renewal of leases failed")]
    public static partial void RenewalFailed(ILogger logger, Exception exception);

    [LoggerMessage(EventIds.Execution + 18, LogLevel.Error, "A message of {Queue} cannot be read here and waits in {Parked}: {Reason}")]
    public static partial void Parked(ILogger logger, string queue, string parked, string reason);

    [LoggerMessage(EventIds.Execution + 19, LogLevel.Warning, "A message of {Queue} still cannot be read here and stays: {Reason}")]
    public static partial void StaysParked(ILogger logger, string queue, string reason);

    [LoggerMessage(EventIds.Execution + 20, LogLevel.Warning, "A message of {Queue} cannot be read here and could not be parked; it is given back: {Outcome}")]
    public static partial void ParkingFailed(ILogger logger, string queue, string outcome);

    [LoggerMessage(EventIds.Execution + 21, LogLevel.Error, "{Task} ({Id}) cannot be executed: {Reason} The message is a dead letter of {Queue}")]
    public static partial void PayloadGone(ILogger logger, string task, MessageId id, string reason, string queue);

    [LoggerMessage(EventIds.Execution + 22, LogLevel.Warning, "The body of {Task} ({Id}) could not be read from the payload store; again in {Delay}")]
    public static partial void PayloadNotRead(ILogger logger, string task, MessageId id, TimeSpan delay, Exception exception);

    [LoggerMessage(EventIds.Execution + 23, LogLevel.Warning, "The body of {Task} ({Id}), which is done, could not be removed from the payload store; it ends with its lifetime")]
    public static partial void PayloadNotRemoved(ILogger logger, string task, MessageId id, Exception exception);

    [LoggerMessage(EventIds.Execution + 24, LogLevel.Warning, "The consumer of {Queue} brought nothing for {Idle} although {Ready} messages are ready and slots are free; it is opened anew")]
    public static partial void ConsumerRebuilt(ILogger logger, Destination queue, long ready, TimeSpan idle);

    [LoggerMessage(EventIds.Execution + 25, LogLevel.Warning, "A look at the consumers failed; the next one tries again")]
    public static partial void ConsumerWatchFailed(ILogger logger, Exception exception);

    [LoggerMessage(EventIds.Execution + 26, LogLevel.Warning, "{Task} ({Id}) was started {Starts} times without an outcome; now it runs with no other suspect beside it")]
    public static partial void Isolated(ILogger logger, string task, MessageId id, int starts);

    [LoggerMessage(EventIds.Execution + 27, LogLevel.Warning, "What the state store has of the starts of {Task} ({Id}) could not be removed; it ends with its lifetime")]
    public static partial void StartsNotRemoved(ILogger logger, string task, MessageId id, Exception exception);

    [LoggerMessage(EventIds.Execution + 28, LogLevel.Critical, "This process ends, for it can work no more: {Reason} What it held comes again")]
    public static partial void Exhausted(ILogger logger, string reason);
}
