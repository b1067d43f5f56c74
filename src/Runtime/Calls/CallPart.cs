namespace HighPerf.Calls;

/// <summary>A call with all its arguments, as a part of a workflow.</summary>
internal sealed class CallPart<TArguments, TResult>(TaskCall<TArguments, TResult> call) : WorkflowPart
    where TArguments : struct, ITaskArguments<TArguments>
{
    public static TaskDescriptor Task => TArguments.Task;

    internal override CallOptions? Options => call.Options;

    internal override void Build(WorkflowBuilder builder, int next, int ordinal)
    {
        var node = builder.Add(new WorkflowNode { Task = Task.Name, Descriptor = Task, ArgumentCount = Task.ArgumentCount, Options = Options, Next = next, Ordinal = ordinal });
        builder.Start(new WorkflowStart(node, ordinal, this));
    }

    internal override void WriteArguments(ref MessageWriter writer)
    {
        var arguments = call.Arguments;
        TArguments.Write(ref writer, arguments);
    }

    /// <summary>The same call as a later part: it ignores what came before.</summary>
    internal WorkflowNode ToNode(BufferPool pool, int next, int ordinal)
    {
        var buffer = pool.Rent();
        try
        {
            var writer = new MessageWriter(buffer);
            WriteArguments(ref writer);
            writer.Flush();

            // The node's bytes follow the member count, which the continuation writes itself.
            return new WorkflowNode
            {
                Task = Task.Name,
                Descriptor = Task,
                ArgumentCount = Task.ArgumentCount,
                OtherArguments = buffer.Span[1..].ToArray(),
                Options = Options,
                Next = next,
                Ordinal = ordinal,
            };
        }
        finally
        {
            buffer.Return();
        }
    }
}
