namespace HighPerf.Calls;

/// <summary>A command that a workflow begins with.</summary>
/// <param name="Node">Its node.</param>
/// <param name="Ordinal">Which member of the next fan-in it is.</param>
/// <param name="Call">The call; null where the node is a step that begins with <paramref name="Input"/>.</param>
/// <param name="Input">Input of such a step.</param>
internal sealed record WorkflowStart(int Node, int Ordinal, WorkflowPart? Call, byte[]? Input = null);
