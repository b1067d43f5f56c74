namespace HighPerf.Messages;

/// <summary>Where in a workflow a command stands. The graph itself is stored once, in state, under the workflow's id.</summary>
/// <param name="Id">The workflow.</param>
/// <param name="Node">Index of the node.</param>
/// <param name="Ordinal">Which of the node's siblings this one is in the fan-in that it belongs to.</param>
internal readonly record struct WorkflowReference(MessageId Id, int Node, int Ordinal);
