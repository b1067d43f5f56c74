using System.Diagnostics;
using HighPerf.Calls;
using HighPerf.Messages;
using HighPerf.Publishing;
using HighPerf.State;
using HighPerf.Transports;
using Microsoft.Extensions.Logging;

namespace HighPerf.Routing;

/// <summary>
/// Turns an event or document into one command per subscriber. The commands' ids are derived from the message's: when it is delivered again, the same commands are
/// published again, not new ones. Reads envelopes only.
/// </summary>
internal sealed class Router(Publisher publisher, Replies replies, Subscriptions subscriptions, StateStore state, ILogger logger)
{
    // Nodes of the graph that counts a document's subscribers: the fan-in, and the node that all of them share.
    private const int FanIn = 0;
    private const int Member = 1;
    private static readonly TimeSpan CountLifetime = TimeSpan.FromDays(1);

    /// <summary>Why an event or document must not be passed on: its subscribers could not read it. Null when they can.</summary>
    public string? Unreadable(in Envelope envelope)
        => subscriptions.MessageOf(envelope.NameHash) is { } message && !message.Reads(envelope.Fingerprint, envelope.Body) ? SchemaDifference.Describe(message, envelope.Fingerprint, envelope.Body) : null;

    /// <summary>Publishes the commands; completes when the broker has them all, so that the delivery may be acknowledged.</summary>
    /// <exception cref="PublishException">A command was not accepted: the delivery must be given back.</exception>
    public ValueTask ForwardAsync(in Envelope envelope, in Delivery delivery)
    {
        var id = envelope.Id;
        var tasks = subscriptions.Of(envelope.NameHash);
        var reply = envelope.Reply;
        if (tasks.Length == 0)
        {
            if (logger.IsEnabled(LogLevel.Debug))
            {
                RoutingLog.NoSubscribers(logger, envelope.Kind, envelope.Name, id);
            }

            return reply.IsNone ? default : replies.SendResultAsync(new ReplyOrigin(id, envelope.Name, reply, delivery.Receiver.Source.Transport), default);
        }

        var root = envelope.RootId;
        var lineage = new Lineage(id, root.IsNone ? id : root, envelope.CorrelationId);
        var options = new CallOptions { Headers = envelope.ReadHeaders(), OrderingKey = envelope.OrderingKey, Priority = envelope.Priority, Tenant = envelope.Tenant };
        var parent = envelope.TryGetTrace(out var trace) ? new ActivityContext(trace.TraceId, trace.SpanId, trace.Flags, envelope.TraceState, isRemote: true) : default;

        // The body is borrowed until the delivery is settled, which is after this.
        var body = delivery.Bytes.IsSingleSegment ? delivery.Bytes.First[envelope.Length..] : envelope.Body.ToArray();

        // A body that is in the payload store is not fetched and stored again for each subscriber: it stands in their arguments, behind the first byte.
        var claim = envelope.Claim;
        claim = claim.IsNone ? claim : claim with { At = claim.At + 1 };
        var fingerprint = envelope.Fingerprint;
        var isUpcast = subscriptions.MessageOf(envelope.NameHash) is { } message && fingerprint != message.Fingerprint && message.Upcasts.Contains(fingerprint);
        var command = new EncodedCommand
        {
            Id = id,
            Lineage = lineage,
            Options = options,
            IsFollowUp = true,
            Input = body,
            Claim = claim,
            Fingerprint = isUpcast ? fingerprint : 0,
            IsJson = envelope.ContentType == ContentType.Json,
        };
        return PublishAsync(tasks, command, reply, parent, delivery.Receiver.Source.Queue);
    }

    /// <param name="tasks">The subscribers.</param>
    /// <param name="command">What their commands have in common; its id is the message's.</param>
    /// <param name="reply">Who waits until all of them are done.</param>
    /// <param name="parent">Where the trace goes on.</param>
    /// <param name="queue">Where the message was.</param>
    private async ValueTask PublishAsync(TaskDescriptor[] tasks, EncodedCommand command, ReplyAddress reply, ActivityContext parent, string queue)
    {
        using var activity = parent != default ? Telemetry.Source.StartActivity($"receive {queue}", ActivityKind.Consumer, parent) : null;
        if (!reply.IsNone)
        {
            await CountAsync(command.Id, reply, tasks.Length).ConfigureAwait(false);
        }

        for (var i = 0; i < tasks.Length; i++)
        {
            var task = tasks[i];
            var own = command with
            {
                Id = MessageId.Derive(command.Id, task.Message.Hash),
                Workflow = reply.IsNone ? default : new WorkflowReference(command.Id, Member, i),
            };
            var outcome = await publisher.PublishEncodedAsync(task, own, CancellationToken.None).ConfigureAwait(false);
            if (!outcome.IsAccepted)
            {
                throw new PublishException(own.Id, task.Name, "the subscriber's queue", outcome);
            }
        }
    }

    /// <summary>Somebody waits until all subscribers are done: a fan-in in state that replies to them.</summary>
    private async ValueTask CountAsync(MessageId id, ReplyAddress reply, int size)
    {
        var graph = new WorkflowGraph
        {
            Reply = reply,
            Nodes =
            [
                new WorkflowNode { Task = string.Empty, Size = size, TakesInput = false },
                new WorkflowNode { Task = "subscriber", Next = FanIn, Ordinal = -1 },
            ],
        };
        await state.SetAsync(WorkflowGraph.KeyOf(id), graph.ToBytes(publisher.Pool), CountLifetime, CancellationToken.None).ConfigureAwait(false);
    }
}
