using HighPerf.Messages;
using HighPerf.Transports;

namespace HighPerf.Publishing;

/// <summary>A command that ended, as its reply names it.</summary>
/// <param name="Command">Its message id.</param>
/// <param name="Task">Its wire name.</param>
/// <param name="Reply">Who waits; of a step of a workflow, who has the workflow's state (none where the state is shared).</param>
/// <param name="Via">The transport that it came by, and its reply goes by.</param>
/// <param name="Workflow">Where in a workflow it stands; none for a call.</param>
/// <param name="Lineage">Its lineage, which what follows goes on with.</param>
internal readonly record struct ReplyOrigin(MessageId Command, string Task, ReplyAddress Reply, Transport Via, WorkflowReference Workflow = default, Lineage Lineage = default)
{
    public bool IsStep => !Workflow.Id.IsNone;
}
