using HighPerf.Calls;

namespace HighPerf;

/// <summary>A part of a workflow. Parts are built from the end: each is told where its result goes.</summary>
public abstract class WorkflowPart
{
    private protected WorkflowPart()
    {
    }

    internal abstract void Build(WorkflowBuilder builder, int next, int ordinal);

    /// <summary>What the caller said about the call, for parts that are calls.</summary>
    internal virtual CallOptions? Options => null;

    /// <summary>Body of the command, for parts that are calls.</summary>
    internal virtual void WriteArguments(ref MessageWriter writer) => throw new NotSupportedException();
}
