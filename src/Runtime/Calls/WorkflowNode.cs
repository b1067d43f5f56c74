namespace HighPerf.Calls;

/// <summary>One node of a workflow: a task that takes what came before it, or a fan-in that waits for its members.</summary>
internal sealed record WorkflowNode
{
    /// <summary>The end of the workflow, as a value of <see cref="Next"/>.</summary>
    public const int End = -1;

    /// <summary>Wire name of the task; empty for a fan-in.</summary>
    public required string Task { get; init; }

    /// <summary>The task, where the graph was built in this process; not stored.</summary>
    public TaskDescriptor? Descriptor { get; init; }

    /// <summary>Arguments of the task, its input included.</summary>
    public byte ArgumentCount { get; init; }

    /// <summary>True if the first argument is the previous result; of a fan-in, true if it keeps its members' results.</summary>
    public bool TakesInput { get; init; }

    /// <summary>The other arguments, encoded.</summary>
    public byte[] OtherArguments { get; init; } = [];

    /// <summary>What the caller said about the call; null for nothing.</summary>
    public CallOptions? Options { get; init; }

    /// <summary>Members that a fan-in waits for.</summary>
    public int Size { get; init; }

    /// <summary>Where the result goes: index of a node, or <see cref="End"/>.</summary>
    public int Next { get; init; } = End;

    /// <summary>Which member of the next fan-in this is; -1 where the message says it (members that share a node).</summary>
    public int Ordinal { get; init; }

    public bool IsFanIn => Task.Length == 0;
}
