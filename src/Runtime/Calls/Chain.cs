using HighPerf.Calls;

namespace HighPerf;

/// <summary>Calls one after the other; each result becomes the next one's first argument.</summary>
/// <typeparam name="TResult">Result of the last one.</typeparam>
public sealed class Chain<TResult> : WorkflowCall<TResult>
{
    private readonly WorkflowPart _head;
    private readonly Func<BufferPool, int, int, WorkflowNode>? _tail;

    internal Chain(WorkflowPart head, Func<BufferPool, int, int, WorkflowNode>? tail, ResultReader<TResult> readResult)
    {
        _head = head;
        _tail = tail;
        ReadResult = readResult;
    }

    internal override ResultReader<TResult> ReadResult { get; }

    /// <summary>Goes on with a step that takes this result as its first argument.</summary>
    public Chain<TNext> Then<TNext>(TaskStep<TResult, TNext> step) => Chain.After<TResult, TNext>(this, step);

    /// <summary>Goes on with a call that ignores this result.</summary>
    public Chain<TNext> Then<TArguments, TNext>(TaskCall<TArguments, TNext> call)
        where TArguments : struct, ITaskArguments<TArguments, TNext>
        => Chain.After(this, call);

    internal override void Build(WorkflowBuilder builder, int next, int ordinal)
    {
        if (_tail is null)
        {
            _head.Build(builder, next, ordinal);
            return;
        }

        _head.Build(builder, builder.Add(_tail(builder.Pool, next, ordinal)), ordinal: 0);
    }
}

/// <summary>Starts chains.</summary>
public static class Chain
{
    /// <summary>A chain of one call, to go on from with <c>Then</c> or to put into a group.</summary>
    public static Chain<TResult> Of<TArguments, TResult>(TaskCall<TArguments, TResult> call)
        where TArguments : struct, ITaskArguments<TArguments, TResult>
        => new(new CallPart<TArguments, TResult>(call), tail: null, TArguments.ReadResult);

    /// <summary>Goes on with a step that takes the call's result as its first argument.</summary>
    public static Chain<TNext> Then<TArguments, TResult, TNext>(this TaskCall<TArguments, TResult> call, TaskStep<TResult, TNext> step)
        where TArguments : struct, ITaskArguments<TArguments>
        => After<TResult, TNext>(new CallPart<TArguments, TResult>(call), step);

    /// <summary>Goes on with a call that ignores the first one's result.</summary>
    public static Chain<TNext> Then<TArguments, TResult, TNextArguments, TNext>(this TaskCall<TArguments, TResult> call, TaskCall<TNextArguments, TNext> next)
        where TArguments : struct, ITaskArguments<TArguments>
        where TNextArguments : struct, ITaskArguments<TNextArguments, TNext>
        => After(new CallPart<TArguments, TResult>(call), next);

    internal static Chain<TNext> After<TInput, TNext>(WorkflowPart head, TaskStep<TInput, TNext> step) => new(head, StepNode(step), step.ReadResult);

    internal static Chain<TNext> After<TArguments, TNext>(WorkflowPart head, TaskCall<TArguments, TNext> call)
        where TArguments : struct, ITaskArguments<TArguments, TNext>
    {
        var part = new CallPart<TArguments, TNext>(call);
        return new Chain<TNext>(head, part.ToNode, TArguments.ReadResult);
    }

    private static Func<BufferPool, int, int, WorkflowNode> StepNode<TInput, TNext>(TaskStep<TInput, TNext> step) => (_, next, ordinal) => new WorkflowNode
    {
        Task = step.Task.Name,
        Descriptor = step.Task,
        ArgumentCount = step.Task.ArgumentCount,
        TakesInput = true,
        OtherArguments = step.OtherArguments,
        Next = next,
        Ordinal = ordinal,
    };
}
