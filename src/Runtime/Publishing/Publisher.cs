using System.Runtime.CompilerServices;
using HighPerf.Calls;
using HighPerf.Messages;
using HighPerf.Publishing;
using HighPerf.State;
using HighPerf.Transports;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace HighPerf;

/// <summary>
/// Publishes calls, events, documents and workflows to the brokers that the routes say. A publish completes when the broker has the message. Safe for any number
/// of threads.
/// </summary>
public sealed class Publisher
{
    private readonly PublisherOptions _options;
    private readonly DestinationTable _destinations;
    private readonly StateStore _state;
    private readonly PublishClock _clock;
    private readonly ConditionalWeakTable<TaskDescriptor, object> _pools = new();

    internal Publisher(
        PublisherOptions options,
        DestinationTable destinations,
        StateStore state,
        DelayStore? delays,
        TimeProvider clock,
        BufferPool pool,
        PayloadStore? payloads = null,
        JsonBodies? json = null,
        ILogger? logger = null)
    {
        _options = options;
        _destinations = destinations;
        _state = state;
        Sender = new MessageSender(options, delays, payloads, clock);
        _clock = new PublishClock(clock);
        Pool = pool;
        Json = json;
        Listener = new ReplyListener(Results, payloads, pool, options.PublishTimeout, clock, logger ?? NullLogger.Instance);
    }

    internal PendingResults Results { get; } = new();

    /// <summary>Replies from other processes.</summary>
    internal ReplyListener Listener { get; }

    internal MessageSender Sender { get; }

    internal long NowTicks => _clock.NowTicks;

    internal BufferPool Pool { get; }

    /// <summary>Null in a process that uses no JSON.</summary>
    internal JsonBodies? Json { get; }

    internal Revocations Revocations { get; } = new();

    /// <summary>Sends a call and waits for its result.</summary>
    /// <param name="call">The call: <c>ResizeImage.Call(url)</c>.</param>
    /// <param name="cancellationToken">Stops the publishing and the waiting, not the task.</param>
    /// <exception cref="PublishException">The message was not accepted, or nobody knows.</exception>
    /// <exception cref="TaskFailedException">The task failed for good.</exception>
    public ValueTask<TResult> CallAsync<TArguments, TResult>(in TaskCall<TArguments, TResult> call, CancellationToken cancellationToken = default)
        where TArguments : struct, ITaskArguments<TArguments, TResult>
        => CallAsync(call, default, cancellationToken);

    /// <summary>Sends a call; the handle gives its result later.</summary>
    /// <exception cref="PublishException">The message was not accepted, or nobody knows.</exception>
    public ValueTask<TaskHandle<TResult>> SendAsync<TArguments, TResult>(in TaskCall<TArguments, TResult> call, CancellationToken cancellationToken = default)
        where TArguments : struct, ITaskArguments<TArguments, TResult>
        => SendAsync(call, default, cancellationToken);

    /// <summary>Sends a call that has no result, or whose result nobody waits for (<see cref="TaskCall{TArguments, TResult}.IgnoreResult"/>); returns its message id.</summary>
    /// <exception cref="PublishException">The message was not accepted, or nobody knows.</exception>
    public ValueTask<MessageId> SendAsync<TArguments>(in TaskCall<TArguments, None> call, CancellationToken cancellationToken = default)
        where TArguments : struct, ITaskArguments<TArguments>
        => SendAsync(call, default, cancellationToken);

    /// <summary>Publishes an event to its subscribers, or a document; returns its message id.</summary>
    /// <exception cref="PublishException">The message was not accepted, or nobody knows.</exception>
    public ValueTask<MessageId> PublishAsync<TMessage>(in TMessage message, CancellationToken cancellationToken = default)
        where TMessage : IMessage<TMessage>
        => PublishAsync(message, options: null, default, cancellationToken);

    /// <summary>Publishes an event or a document with options: queue, delay, expiry, priority, headers.</summary>
    /// <exception cref="PublishException">The message was not accepted, or nobody knows.</exception>
    public ValueTask<MessageId> PublishAsync<TMessage>(in TMessage message, CallOptions options, CancellationToken cancellationToken = default)
        where TMessage : IMessage<TMessage>
        => PublishAsync(message, options, default, cancellationToken);

    /// <summary>Sends a chain, group or chord; the handle gives the result of the whole.</summary>
    /// <exception cref="PublishException">A first message was not accepted, or nobody knows.</exception>
    public ValueTask<TaskHandle<TResult>> SendAsync<TResult>(WorkflowCall<TResult> workflow, CancellationToken cancellationToken = default)
        => SendAsync(workflow, default, cancellationToken);

    /// <summary>Sends a chain, group or chord and waits for the result of the whole.</summary>
    public async ValueTask<TResult> CallAsync<TResult>(WorkflowCall<TResult> workflow, CancellationToken cancellationToken = default)
    {
        var handle = await SendAsync(workflow, default, cancellationToken).ConfigureAwait(false);
        return await handle.GetResultAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>
    /// Revokes a command: if it runs in this process its token is cancelled with <see cref="CancellationReason.Revoked"/>, if it has not started here it is not
    /// executed. Its caller's wait ends as cancelled. Remembered in this process for the most recent 10,000 ids.
    /// </summary>
    public void Revoke(MessageId id) => Revocations.Add(id);

    internal ValueTask<TResult> CallAsync<TArguments, TResult>(in TaskCall<TArguments, TResult> call, in Lineage lineage, CancellationToken cancellationToken)
        where TArguments : struct, ITaskArguments<TArguments, TResult>
    {
        var now = _clock.NowTicks;
        var pending = PoolOf<TArguments, TResult>().Rent(expiresTicks: 0);
        ValueTask<PublishOutcome> publish;
        Destination destination;
        MessageId id;
        try
        {
            publish = PublishCommand(call.Arguments, call.Options, lineage, Results.AddressOf(pending), now, cancellationToken, out destination, out id);
        }
        catch
        {
            pending.Abandon();
            throw;
        }

        if (!IsAcceptedAlready(ref publish))
        {
            return AwaitCallAsync(pending, pending.Token, publish, destination, id, cancellationToken);
        }

        if (cancellationToken.CanBeCanceled)
        {
            pending.CancelWith(cancellationToken);
        }

        return pending.Task;
    }

    internal ValueTask<TaskHandle<TResult>> SendAsync<TArguments, TResult>(in TaskCall<TArguments, TResult> call, in Lineage lineage, CancellationToken cancellationToken)
        where TArguments : struct, ITaskArguments<TArguments, TResult>
    {
        var now = _clock.NowTicks;
        var pending = new PendingHandle<TResult>(TArguments.ReadResult);
        Results.Add(pending);
        pending.Begin(now + _options.ResultLifetime.Ticks);
        var address = Results.AddressOf(pending);
        try
        {
            var publish = PublishCommand(call.Arguments, call.Options, lineage, address, now, cancellationToken, out var destination, out var id);
            return CompleteAsync(pending, address, publish, destination, id, TArguments.Task.Name, cancellationToken);
        }
        catch (Exception exception)
        {
            Results.TryFail(address, exception);
            throw;
        }
    }

    internal ValueTask<MessageId> SendAsync<TArguments>(in TaskCall<TArguments, None> call, in Lineage lineage, CancellationToken cancellationToken)
        where TArguments : struct, ITaskArguments<TArguments>
    {
        var now = _clock.NowTicks;
        var publish = PublishCommand(call.Arguments, call.Options, lineage, default, now, cancellationToken, out var destination, out var id);
        return IsAcceptedAlready(ref publish)
            ? new ValueTask<MessageId>(id)
            : AwaitIdAsync(publish, destination, id, TArguments.Task.Name, cancellationToken);
    }

    internal ValueTask<MessageId> PublishAsync<TMessage>(in TMessage message, CallOptions? options, in Lineage lineage, CancellationToken cancellationToken)
        where TMessage : IMessage<TMessage>
    {
        var now = _clock.NowTicks;
        var id = MessageId.New(now);
        var publish = PublishMessage(message, id, options, lineage, default, now, cancellationToken, out var destination);
        return IsAcceptedAlready(ref publish)
            ? new ValueTask<MessageId>(id)
            : AwaitIdAsync(publish, destination, id, TMessage.Descriptor.Name, cancellationToken);
    }

    /// <summary>Publishes a document under a given id and waits until its subscribers are done; the way of data sources at level Memory.</summary>
    internal async ValueTask PublishAndWaitAsync<TMessage>(MessageId id, TMessage message, CancellationToken cancellationToken)
        where TMessage : IMessage<TMessage>
    {
        var pending = new PendingHandle<None>(static (ref MessageReader _) => default);
        Results.Add(pending);
        pending.Begin(expiresTicks: 0);
        var address = Results.AddressOf(pending);
        try
        {
            await Listener.ListenAsync(DestinationOf(TMessage.Descriptor).Transport, cancellationToken).ConfigureAwait(false);
            var publish = PublishMessage(message, id, options: null, default, address, _clock.NowTicks, cancellationToken, out var destination);
            ThrowUnlessAccepted(await publish.ConfigureAwait(false), id, TMessage.Descriptor.Name, destination, cancellationToken);
        }
        catch (Exception exception)
        {
            Results.TryFail(address, exception);
            throw;
        }

        await pending.ToHandle(id).GetResultAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Publishes a document under a given id; completes when the broker has it.</summary>
    internal async ValueTask PublishAsync<TMessage>(MessageId id, TMessage message, CancellationToken cancellationToken)
        where TMessage : IMessage<TMessage>
    {
        var publish = PublishMessage(message, id, options: null, default, default, _clock.NowTicks, cancellationToken, out var destination);
        ThrowUnlessAccepted(await publish.ConfigureAwait(false), id, TMessage.Descriptor.Name, destination, cancellationToken);
    }

    internal Destination DestinationOf(MessageDescriptor message) => _destinations.Find(message, declaredQueue: null);

    internal async ValueTask<TaskHandle<TResult>> SendAsync<TResult>(WorkflowCall<TResult> workflow, Lineage lineage, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(workflow);
        var builder = new WorkflowBuilder(Pool);
        workflow.Build(builder, WorkflowNode.End, ordinal: 0);

        var now = _clock.NowTicks;
        var id = MessageId.New(now);
        var pending = new PendingHandle<TResult>(workflow.ReadResult);
        Results.Add(pending);
        pending.Begin(now + Math.Max(_options.ResultLifetime.Ticks, _options.WorkflowLifetime.Ticks));
        var address = Results.AddressOf(pending);
        var handle = pending.ToHandle(id);
        if (builder.ImmediateResult is { } immediate)
        {
            Results.TryComplete(address, immediate);
            return handle;
        }

        try
        {
            var graph = new WorkflowGraph { Reply = address, Nodes = builder.Nodes };
            await ListenToAsync(graph, cancellationToken).ConfigureAwait(false);
            await _state.TryAddAsync(WorkflowGraph.KeyOf(id), graph.ToBytes(Pool), _options.WorkflowLifetime, cancellationToken).ConfigureAwait(false);
            foreach (var start in builder.Starts)
            {
                await PublishStartAsync(id, graph, start, lineage, cancellationToken).ConfigureAwait(false);
            }
        }
        catch (Exception exception)
        {
            // What was published already completes into nothing.
            await _state.RemoveAsync(WorkflowGraph.KeyOf(id), CancellationToken.None).ConfigureAwait(false);
            Results.TryFail(address, exception);
            throw;
        }

        return handle;
    }

    /// <summary>
    /// Publishes a command whose body is known as bytes: subscriptions, workflow nodes. A step of a workflow whose state only this process has carries this process's address: what
    /// follows it is done here.
    /// </summary>
    internal ValueTask<PublishOutcome> PublishEncodedAsync(TaskDescriptor task, in EncodedCommand command, CancellationToken cancellationToken)
    {
        var destination = _destinations.Find(task.Message, task.Queue, command.Options);
        var reply = !command.Workflow.Id.IsNone && !_state.IsShared ? Results.Address : command.Reply;
        return reply.IsNone || Listener.IsListening(destination.Transport)
            ? PublishEncoded(task, command, destination, reply, cancellationToken)
            : ListenAndPublishAsync(task, command, destination, reply, cancellationToken);
    }

    private async ValueTask<PublishOutcome> ListenAndPublishAsync(TaskDescriptor task, EncodedCommand command, Destination destination, ReplyAddress reply, CancellationToken cancellationToken)
    {
        if (await WhyNotListeningAsync(destination, cancellationToken).ConfigureAwait(false) is { } reason)
        {
            return new PublishOutcome(PublishStatus.Rejected, reason);
        }

        return await PublishEncoded(task, command, destination, reply, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>What is sent has somebody who hears of its end; what is not sent is rejected, with the reason.</summary>
    private async ValueTask<string?> WhyNotListeningAsync(Destination destination, CancellationToken cancellationToken)
    {
        try
        {
            await Listener.ListenAsync(destination.Transport, cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (HighPerfException exception)
        {
            return exception.Message;
        }
    }

    private ValueTask<PublishOutcome> PublishEncoded(TaskDescriptor task, in EncodedCommand command, Destination destination, ReplyAddress reply, CancellationToken cancellationToken)
    {
        var fields = NewFields(task.Message, task.Priority, command.Id, _clock.NowTicks, command.Options, command.Lineage, reply);
        fields.Workflow = command.Workflow;
        fields.Fingerprint = command.Fingerprint;
        fields.IsFollowUp = command.IsFollowUp;
        fields.Claim = command.Claim;
        if (command.IsJson)
        {
            return SendJson(destination, ref fields, Enclose(command.Input.Span), cancellationToken);
        }

        // What is in the payload store stays as it is: the worker goes by the message's content type and not by the route.
        if (command.Claim.IsNone && Json?.ForPublishing(task.Message) is { } json)
        {
            return SendJson(destination, ref fields, Translate(json, command, task.ArgumentCount), cancellationToken);
        }

        return Sender.Send(destination, ref fields, new EncodedBody(in command, task.ArgumentCount), cancellationToken);
    }

    /// <summary>Publishes a message again for its next attempt: the same bytes but for attempt and not-before.</summary>
    internal ValueTask<PublishOutcome> PublishRetryAsync(Destination destination, ReadOnlySpan<byte> message, DateTimeOffset notBefore, in EnvelopeFields fields)
        => Sender.SendRetry(destination, message, notBefore, fields);

    /// <summary>Whichever process completes a workflow whose state is shared sends the result by the broker that the last command came by: one of those.</summary>
    private async ValueTask ListenToAsync(WorkflowGraph graph, CancellationToken cancellationToken)
    {
        if (!_state.IsShared)
        {
            return;
        }

        foreach (var node in graph.Nodes)
        {
            if (node.Descriptor is { } task)
            {
                var destination = _destinations.Find(task.Message, task.Queue, node.Options);
                await Listener.ListenAsync(destination.Transport, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async ValueTask PublishStartAsync(MessageId workflow, WorkflowGraph graph, WorkflowStart start, Lineage lineage, CancellationToken cancellationToken)
    {
        var node = graph.Nodes[start.Node];
        var task = node.Descriptor!;
        var command = new EncodedCommand
        {
            Id = MessageId.Derive(workflow, (ulong)start.Node, (ulong)start.Ordinal),
            Lineage = lineage with { Root = lineage.Root.IsNone ? workflow : lineage.Root },
            Workflow = new WorkflowReference(workflow, start.Node, start.Ordinal),
            Options = start.Call is { } call ? call.Options : node.Options,
            Start = start.Call,
            Input = node.TakesInput ? start.Input : default,
            OtherArguments = start.Call is null ? node.OtherArguments : default,
        };
        var outcome = await PublishEncodedAsync(task, command, cancellationToken).ConfigureAwait(false);
        ThrowUnlessAccepted(outcome, command.Id, task.Name, _destinations.Find(task.Message, task.Queue, command.Options), cancellationToken);
    }

    private ValueTask<PublishOutcome> PublishCommand<TArguments>(
        in TArguments arguments, CallOptions? options, in Lineage lineage, ReplyAddress reply, long now, CancellationToken cancellationToken, out Destination destination, out MessageId id)
        where TArguments : struct, ITaskArguments<TArguments>
    {
        var task = TArguments.Task;
        destination = _destinations.Find(task.Message, task.Queue, options);
        id = MessageId.New(now);
        return reply.IsNone || Listener.IsListening(destination.Transport)
            ? PublishCommand(arguments, options, lineage, reply, now, destination, id, cancellationToken)
            : ListenAndPublishAsync(arguments, options, lineage, reply, now, destination, id, cancellationToken);
    }

    /// <summary>The first command by a broker whose result is waited for: its reply must find somebody who listens.</summary>
    private async ValueTask<PublishOutcome> ListenAndPublishAsync<TArguments>(
        TArguments arguments, CallOptions? options, Lineage lineage, ReplyAddress reply, long now, Destination destination, MessageId id, CancellationToken cancellationToken)
        where TArguments : struct, ITaskArguments<TArguments>
    {
        if (await WhyNotListeningAsync(destination, cancellationToken).ConfigureAwait(false) is { } reason)
        {
            return new PublishOutcome(PublishStatus.Rejected, reason);
        }

        return await PublishCommand(arguments, options, lineage, reply, now, destination, id, cancellationToken).ConfigureAwait(false);
    }

    private ValueTask<PublishOutcome> PublishCommand<TArguments>(
        in TArguments arguments, CallOptions? options, in Lineage lineage, ReplyAddress reply, long now, Destination destination, MessageId id, CancellationToken cancellationToken)
        where TArguments : struct, ITaskArguments<TArguments>
    {
        var task = TArguments.Task;
        if (Json?.ForPublishing(task.Message) is { } json)
        {
            var jsonFields = NewFields(task.Message, task.Priority, id, now, options, lineage, reply);
            return SendJson(destination, ref jsonFields, Encode(json, arguments), cancellationToken);
        }

        var body = new ArgumentsBody<TArguments>(in arguments);
        if (options is null && lineage == default && !Telemetry.Source.HasListeners())
        {
            return Sender.SendPlain(destination, task.Message, id, now, task.Priority, reply, body, cancellationToken);
        }

        var fields = NewFields(task.Message, task.Priority, id, now, options, lineage, reply);
        return Sender.Send(destination, ref fields, body, cancellationToken);
    }

    private ValueTask<PublishOutcome> PublishMessage<TMessage>(
        in TMessage message, MessageId id, CallOptions? options, in Lineage lineage, ReplyAddress reply, long now, CancellationToken cancellationToken, out Destination destination)
        where TMessage : IMessage<TMessage>
    {
        var descriptor = TMessage.Descriptor;
        destination = _destinations.Find(descriptor, declaredQueue: null, options);
        var fields = NewFields(descriptor, MessagePriority.Normal, id, now, options, lineage, reply);
        if (Json?.ForPublishing(descriptor) is { } json)
        {
            return SendJson(destination, ref fields, Encode(json, message), cancellationToken);
        }

        return Sender.Send(destination, ref fields, new ValueBody<TMessage>(in message), cancellationToken);
    }

    /// <summary>Sends a body that is JSON, and returns its buffer.</summary>
    private ValueTask<PublishOutcome> SendJson(Destination destination, ref EnvelopeFields fields, PooledBuffer body, CancellationToken cancellationToken)
    {
        try
        {
            fields.IsJson = true;
            return Sender.Send(destination, ref fields, new WrittenBody(body.Span), cancellationToken);
        }
        finally
        {
            body.Return();
        }
    }

    private PooledBuffer Encode<TValue>(JsonCodec codec, in TValue value)
    {
        var body = Pool.Rent();
        try
        {
            ((JsonCodec<TValue>)codec).Write(value, body, Json!.Options);
            return body;
        }
        catch
        {
            body.Return();
            throw;
        }
    }

    /// <summary>An event or document that came as JSON, as the one argument of a subscriber: the bytes as they are, in an array of arguments.</summary>
    private PooledBuffer Enclose(ReadOnlySpan<byte> json)
    {
        var body = Pool.Rent();
        body.Write("["u8);
        body.Write(json);
        body.Write("]"u8);
        return body;
    }

    /// <summary>Arguments that were put together in the binary format (workflows, subscriptions), for a task that is routed as JSON.</summary>
    private PooledBuffer Translate(JsonCodec codec, in EncodedCommand command, byte argumentCount)
    {
        var binary = Pool.Rent();
        var body = Pool.Rent();
        try
        {
            new EncodedBody(in command, argumentCount).Write(binary);
            codec.ToJson(binary.Span, body, Json!.Options);
            return body;
        }
        catch
        {
            body.Return();
            throw;
        }
        finally
        {
            binary.Return();
        }
    }

    private EnvelopeFields NewFields(MessageDescriptor message, MessagePriority priority, MessageId id, long now, CallOptions? options, in Lineage lineage, ReplyAddress reply)
    {
        var fields = new EnvelopeFields
        {
            Message = message,
            Id = id,
            CreatedTicks = now,
            Priority = priority,
            ParentId = lineage.Parent,
            RootId = lineage.Root,
            CorrelationId = lineage.Correlation,
            Reply = reply,
        };
        if (options is not null)
        {
            fields.Priority = options.Priority ?? priority;
            fields.CorrelationId = options.CorrelationId ?? lineage.Correlation;
            fields.NotBeforeTicks = options.NotBefore?.UtcTicks ?? (options.Delay is { } delay && delay > TimeSpan.Zero ? _clock.ExactTicks + delay.Ticks : 0);
            fields.ExpiresTicks = options.ExpiresAfter is { } lifetime ? _clock.ExactTicks + lifetime.Ticks : 0;
            fields.OrderingKey = options.OrderingKey;
            fields.Tenant = options.Tenant;
            fields.Headers = options.Headers;
        }

        return fields;
    }

    private PendingCall<TArguments, TResult>.Pool PoolOf<TArguments, TResult>()
        where TArguments : struct, ITaskArguments<TArguments, TResult>
    {
        // One publisher a process is the rule: its pool of a task is found by one comparison.
        var cached = PoolCache<TArguments, TResult>.Last;
        return cached is not null && cached.Owner == this ? cached.Pool : FindPool<TArguments, TResult>();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private PendingCall<TArguments, TResult>.Pool FindPool<TArguments, TResult>()
        where TArguments : struct, ITaskArguments<TArguments, TResult>
    {
        var pool = (PendingCall<TArguments, TResult>.Pool)_pools.GetValue(TArguments.Task, _ => new PendingCall<TArguments, TResult>.Pool(Results));
        PoolCache<TArguments, TResult>.Last = new PoolCache<TArguments, TResult>(this, pool);
        return pool;
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<TResult> AwaitCallAsync<TArguments, TResult>(
        PendingCall<TArguments, TResult> pending, long token, ValueTask<PublishOutcome> publish, Destination destination, MessageId id, CancellationToken cancellationToken)
        where TArguments : struct, ITaskArguments<TArguments, TResult>
    {
        var result = pending.Task;
        try
        {
            ThrowUnlessAccepted(await publish.ConfigureAwait(false), id, TArguments.Task.Name, destination, cancellationToken);
        }
        catch
        {
            // Unknown may still be executed: its result finds the wait abandoned.
            if (pending.Token == token)
            {
                pending.Abandon();
            }

            throw;
        }

        if (cancellationToken.CanBeCanceled)
        {
            pending.CancelWith(cancellationToken);
        }

        return await result.ConfigureAwait(false);
    }

    private async ValueTask<TaskHandle<TResult>> CompleteAsync<TResult>(
        PendingHandle<TResult> pending, ReplyAddress address, ValueTask<PublishOutcome> publish, Destination destination, MessageId id, string name, CancellationToken cancellationToken)
    {
        var handle = pending.ToHandle(id);
        try
        {
            ThrowUnlessAccepted(await publish.ConfigureAwait(false), id, name, destination, cancellationToken);
        }
        catch (Exception exception)
        {
            Results.TryFail(address, exception);
            throw;
        }

        return handle;
    }

    // Waiting for room is steady state too, under back-pressure.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private static async ValueTask<MessageId> AwaitIdAsync(ValueTask<PublishOutcome> publish, Destination destination, MessageId id, string name, CancellationToken cancellationToken)
    {
        ThrowUnlessAccepted(await publish.ConfigureAwait(false), id, name, destination, cancellationToken);
        return id;
    }

    /// <summary>The synchronous end of a publish. A value task is taken once: what was taken is put back as its result.</summary>
    private static bool IsAcceptedAlready(ref ValueTask<PublishOutcome> publish)
    {
        if (!publish.IsCompletedSuccessfully)
        {
            return false;
        }

        var outcome = publish.Result;
        publish = new ValueTask<PublishOutcome>(outcome);
        return outcome.IsAccepted;
    }

    private static void ThrowUnlessAccepted(PublishOutcome outcome, MessageId id, string name, Destination destination, CancellationToken cancellationToken)
    {
        if (outcome.IsAccepted)
        {
            return;
        }

        var exception = new PublishException(id, name, destination.ToString(), outcome);
        if (outcome.Status == PublishStatus.Rejected && cancellationToken.IsCancellationRequested)
        {
            // The caller gave up before the broker had it; that is what the caller asked for, and no fault.
            throw new OperationCanceledException(exception.Message, exception, cancellationToken);
        }

        throw exception;
    }

    private sealed record PoolCache<TArguments, TResult>(Publisher Owner, PendingCall<TArguments, TResult>.Pool Pool)
        where TArguments : struct, ITaskArguments<TArguments, TResult>
    {
        public static PoolCache<TArguments, TResult>? Last;
    }
}
