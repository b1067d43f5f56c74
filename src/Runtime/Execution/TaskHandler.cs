namespace HighPerf;

/// <summary>One task as the execution platform sees it: decodes the arguments, runs the task, encodes the result. Implemented by generated code.</summary>
public abstract class TaskHandler
{
    /// <summary>The task.</summary>
    public abstract TaskDescriptor Descriptor { get; }

    /// <summary>
    /// Executes one attempt. Reads <see cref="TaskInvocation.Arguments"/> before the first await (they are borrowed), writes the result to
    /// <see cref="TaskInvocation.Result"/> after the last one. A failure is the exception itself.
    /// </summary>
    public abstract ValueTask InvokeAsync(TaskInvocation invocation);
}
