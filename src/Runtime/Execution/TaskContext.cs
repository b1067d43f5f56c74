using HighPerf.Execution;
using HighPerf.Messages;
using Microsoft.Extensions.Logging;

namespace HighPerf;

/// <summary>One attempt, as the task sees it. Valid until the task returns: it is used again for the next one.</summary>
public sealed class TaskContext
{
    private readonly Slot _slot;
    private readonly TimeProvider _clock;

    internal TaskContext(Slot slot, Publisher publisher, TimeProvider clock, ILogger logger)
    {
        _slot = slot;
        _clock = clock;
        Logger = logger;
        Publisher = new TaskPublisher(publisher, this);
    }

    /// <summary>Message id of the command: the idempotency key of whatever the task does.</summary>
    public MessageId Id => _slot.Id;

    /// <summary>Wire name of the task.</summary>
    public string Name => _slot.Registration.Descriptor.Name;

    /// <summary>Number of this attempt, 1 at first.</summary>
    public int Attempt => _slot.Attempt + 1;

    /// <summary>Cancelled when the attempt should stop; <see cref="CancellationReason"/> says why.</summary>
    public CancellationToken CancellationToken => _slot.CancellationToken;

    /// <summary>Why the token was cancelled.</summary>
    public CancellationReason CancellationReason => _slot.CancellationReason;

    /// <summary>Logger of the worker.</summary>
    public ILogger Logger { get; }

    /// <summary>Publishes as a child of this message: parent, root and correlation ids and the trace go on.</summary>
    public TaskPublisher Publisher { get; }

    /// <summary>The id that belongs to the whole conversation; the root's by default.</summary>
    public MessageId CorrelationId
    {
        get
        {
            var id = _slot.Envelope.CorrelationId;
            return id.IsNone ? RootId : id;
        }
    }

    /// <summary>The message that this one came from; <see cref="MessageId.None"/> for a first one.</summary>
    public MessageId ParentId => _slot.Envelope.ParentId;

    /// <summary>The message that all of this came from; its own id for a first one.</summary>
    public MessageId RootId
    {
        get
        {
            var id = _slot.Envelope.RootId;
            return id.IsNone ? Id : id;
        }
    }

    /// <summary>When the command was published.</summary>
    public DateTimeOffset Created => new(_slot.Envelope.CreatedTicks, TimeSpan.Zero);

    /// <summary>The message's free headers; empty when there are none.</summary>
    public IReadOnlyDictionary<string, string> Headers => _slot.Envelope.ReadHeaders() ?? NoHeaders;

    private static Dictionary<string, string> NoHeaders { get; } = [];

    /// <summary>Tells the caller's handle how far the task is.</summary>
    /// <param name="fraction">0 to 1.</param>
    public void ReportProgress(double fraction) => _slot.ReportProgress(Math.Clamp(fraction, 0, 1));

    /// <summary>Runs a part of the task and runs it again when it fails, here and now: for a flaky dependency whose failure should not repeat the whole task.</summary>
    /// <exception cref="OperationCanceledException">The attempt was cancelled.</exception>
    public async ValueTask RetryAsync(RetryPolicy policy, Func<CancellationToken, ValueTask> part)
    {
        await RetryAsync(policy, async token =>
        {
            await part(token).ConfigureAwait(false);
            return default(None);
        }).ConfigureAwait(false);
    }

    /// <inheritdoc cref="RetryAsync(RetryPolicy, Func{CancellationToken, ValueTask})"/>
    public async ValueTask<TResult> RetryAsync<TResult>(RetryPolicy policy, Func<CancellationToken, ValueTask<TResult>> part)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(part);
        for (var failures = 1; ; failures++)
        {
            try
            {
                return await part(CancellationToken).ConfigureAwait(false);
            }
            catch (Exception exception) when (failures < policy.MaxAttempts && exception is not PoisonException && !CancellationToken.IsCancellationRequested)
            {
                await Task.Delay(policy.DelayAfter(failures), _clock, CancellationToken).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Runs a part of the task whose failure is only a warning; false if it failed.</summary>
    public async ValueTask<bool> OptionalAsync(Func<CancellationToken, ValueTask> part)
    {
        ArgumentNullException.ThrowIfNull(part);
        try
        {
            await part(CancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (Exception exception) when (!CancellationToken.IsCancellationRequested)
        {
            ExecutionLog.OptionalFailed(Logger, Name, Id, exception);
            return false;
        }
    }

    /// <summary>Runs a part of the task whose failure is final: the task is not tried again.</summary>
    /// <exception cref="PoisonException">The part failed.</exception>
    public async ValueTask PoisonousAsync(Func<CancellationToken, ValueTask> part)
    {
        ArgumentNullException.ThrowIfNull(part);
        try
        {
            await part(CancellationToken).ConfigureAwait(false);
        }
        catch (Exception exception) when (exception is not PoisonException && !CancellationToken.IsCancellationRequested)
        {
            throw new PoisonException(exception.Message, exception);
        }
    }
}
