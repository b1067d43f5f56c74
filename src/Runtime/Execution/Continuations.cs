using HighPerf.Calls;
using HighPerf.Messages;
using HighPerf.Publishing;
using HighPerf.State;
using Microsoft.Extensions.Logging;

namespace HighPerf.Execution;

/// <summary>
/// What follows a command that belongs to a workflow: the next command, or a count in a fan-in, or the reply. Everything is keyed by (workflow, node, member), so that
/// a completion that is reported twice publishes the same message again and is never counted twice. Runs before the acknowledgement: a crash in between repeats it. Where
/// the workflow's state is in another process, what happened is reported to that one.
/// </summary>
internal sealed class Continuations(Publisher publisher, Replies replies, Dispatcher dispatcher, StateStore state, ILogger logger, TimeSpan lifetime)
{
    /// <summary>Passes a result on. Completes when what follows is stored or published.</summary>
    public async ValueTask CompleteAsync(ReplyOrigin step, ReadOnlyMemory<byte> result)
    {
        if (replies.IsElsewhere(step.Reply))
        {
            await replies.SendResultAsync(step, result).ConfigureAwait(false);
            return;
        }

        var workflow = step.Workflow;
        if (await LoadAsync(step).ConfigureAwait(false) is not { } graph)
        {
            return;
        }

        var (node, member) = (workflow.Node, workflow.Ordinal);
        while (true)
        {
            var current = graph.Nodes[node];
            if (current.Next == WorkflowNode.End)
            {
                await replies.SendResultAsync(CallerOf(step, graph), result).ConfigureAwait(false);
                await ForgetAsync(workflow.Id, graph).ConfigureAwait(false);
                return;
            }

            var next = graph.Nodes[current.Next];
            var ordinal = current.Ordinal < 0 ? member : current.Ordinal;
            if (!next.IsFanIn)
            {
                await PublishAsync(workflow.Id, current.Next, next, result, step.Lineage).ConfigureAwait(false);
                return;
            }

            if (await CountAsync(workflow.Id, current.Next, next, ordinal, result).ConfigureAwait(false) is not { } all)
            {
                return;
            }

            // The fan-in is full: it completes as a node of its own.
            (node, member, result) = (current.Next, 0, all);
        }
    }

    /// <summary>A member failed for good: the workflow fails, its caller is told once.</summary>
    public async ValueTask FailAsync(ReplyOrigin step, Exception exception)
    {
        if (replies.IsElsewhere(step.Reply))
        {
            await replies.SendFailureAsync(step, exception).ConfigureAwait(false);
        }
        else if (await LoadAsync(step).ConfigureAwait(false) is { } graph)
        {
            await replies.SendFailureAsync(CallerOf(step, graph), exception).ConfigureAwait(false);
            await ForgetAsync(step.Workflow.Id, graph).ConfigureAwait(false);
        }
    }

    /// <summary>Who waits for the whole, told by what the last step came by. The id is the workflow's: whichever step ends it, it ends once.</summary>
    private static ReplyOrigin CallerOf(in ReplyOrigin step, WorkflowGraph graph) => step with { Command = step.Workflow.Id, Reply = graph.Reply, Workflow = default };

    private async ValueTask<WorkflowGraph?> LoadAsync(ReplyOrigin step)
    {
        var workflow = step.Workflow;
        var bytes = await state.GetAsync(WorkflowGraph.KeyOf(workflow.Id), CancellationToken.None).ConfigureAwait(false);
        if (bytes is null)
        {
            ExecutionLog.WorkflowGone(logger, workflow.Id, step.Task, step.Command);
            return null;
        }

        var graph = WorkflowGraph.FromBytes(bytes.Value.Span);
        return (uint)workflow.Node < (uint)graph.Nodes.Count ? graph : throw new MessageFormatException($"Workflow {workflow.Id} has no node {workflow.Node}.");
    }

    /// <summary>Counts a member. The list of all members' results once the fan-in is full, else null; a duplicate of the last one finds it full again.</summary>
    private async ValueTask<ReadOnlyMemory<byte>?> CountAsync(MessageId workflow, int index, WorkflowNode fanIn, int ordinal, ReadOnlyMemory<byte> result)
    {
        var key = WorkflowGraph.FanInKeyOf(workflow, index);
        var value = fanIn.TakesInput ? result.ToArray() : default(ReadOnlyMemory<byte>);
        var count = await state.AddMemberAsync(key, ordinal, value, lifetime, CancellationToken.None).ConfigureAwait(false);
        if (count < fanIn.Size)
        {
            return null;
        }

        var members = await state.GetMembersAsync(key, CancellationToken.None).ConfigureAwait(false);
        var list = new byte[4 + members.Sum(static m => m.Length)];
        BitConverter.TryWriteBytes(list, fanIn.Size);
        var at = 4;
        foreach (var member in members)
        {
            member.CopyTo(list.AsMemory(at));
            at += member.Length;
        }

        return list;
    }

    private async ValueTask PublishAsync(MessageId workflow, int index, WorkflowNode node, ReadOnlyMemory<byte> input, Lineage lineage)
    {
        var task = node.Descriptor ?? dispatcher.Find(WireHash.Of(node.Task))?.Descriptor
            ?? throw new HighPerfException($"Workflow {workflow} goes on with task {node.Task}, which this process does not know. Reference the assembly that declares it.");
        var command = new EncodedCommand
        {
            Id = MessageId.Derive(workflow, (ulong)index),
            Lineage = lineage,
            Workflow = new WorkflowReference(workflow, index, 0),
            Options = node.Options,
            IsFollowUp = true,
            Input = node.TakesInput ? input : default,
            OtherArguments = node.OtherArguments,
        };
        var outcome = await publisher.PublishEncodedAsync(task, command, CancellationToken.None).ConfigureAwait(false);
        if (!outcome.IsAccepted)
        {
            throw new PublishException(command.Id, task.Name, "its queue", outcome);
        }
    }

    private async ValueTask ForgetAsync(MessageId workflow, WorkflowGraph graph)
    {
        await state.RemoveAsync(WorkflowGraph.KeyOf(workflow), CancellationToken.None).ConfigureAwait(false);
        for (var i = 0; i < graph.Nodes.Count; i++)
        {
            if (graph.Nodes[i].IsFanIn)
            {
                await state.RemoveAsync(WorkflowGraph.FanInKeyOf(workflow, i), CancellationToken.None).ConfigureAwait(false);
            }
        }
    }
}
