using HighPerf.Calls;

namespace HighPerf;

/// <summary>Calls side by side; the result is the list of their results, in their order.</summary>
/// <typeparam name="TResult">Result of each one.</typeparam>
public sealed class GroupCall<TResult> : WorkflowCall<TResult[]>
{
    private readonly Action<WorkflowBuilder, int> _buildMembers;
    private readonly Func<int, ResultReader<TResult>> _readerOf;

    internal GroupCall(int size, Action<WorkflowBuilder, int> buildMembers, Func<int, ResultReader<TResult>> readerOf)
    {
        Size = size;
        _buildMembers = buildMembers;
        _readerOf = readerOf;
    }

    /// <summary>Number of calls.</summary>
    public int Size { get; }

    internal override ResultReader<TResult[]> ReadResult => ReadMembers;

    /// <summary>Goes on, when all are done, with a step that takes their results as its first argument: a chord.</summary>
    public Chain<TNext> Then<TNext>(TaskStep<TResult[], TNext> step) => Chain.After<TResult[], TNext>(this, step);

    /// <inheritdoc cref="Then{TNext}(TaskStep{TResult[], TNext})"/>
    public Chain<TNext> Then<TNext>(TaskStep<List<TResult>, TNext> step) => Chain.After<List<TResult>, TNext>(this, step);

    /// <inheritdoc cref="Then{TNext}(TaskStep{TResult[], TNext})"/>
    public Chain<TNext> Then<TNext>(TaskStep<IReadOnlyList<TResult>, TNext> step) => Chain.After<IReadOnlyList<TResult>, TNext>(this, step);

    /// <summary>Goes on, when all are done, with a call that ignores their results.</summary>
    public Chain<TNext> Then<TArguments, TNext>(TaskCall<TArguments, TNext> call)
        where TArguments : struct, ITaskArguments<TArguments, TNext>
        => Chain.After(this, call);

    internal override void Build(WorkflowBuilder builder, int next, int ordinal)
    {
        if (Size == 0)
        {
            builder.StartAfterEmptyGroup(next, ordinal);
            return;
        }

        _buildMembers(builder, builder.Add(new WorkflowNode { Task = string.Empty, TakesInput = true, Size = Size, Next = next, Ordinal = ordinal }));
    }

    private TResult[] ReadMembers(ref MessageReader reader)
    {
        // A member without a result takes no bytes: the count is bounded by the group that was sent, not by the bytes.
        var count = reader.Read<int>();
        if (count != Size)
        {
            throw new MessageFormatException($"A group of {Size} results in {count} members.", reader.Position);
        }

        var results = new TResult[count];
        for (var i = 0; i < count; i++)
        {
            results[i] = _readerOf(i)(ref reader);
        }

        return results;
    }
}

/// <summary>Makes groups.</summary>
public static class Group
{
    /// <summary>Calls of one task, side by side.</summary>
    public static GroupCall<TResult> Of<TArguments, TResult>(IEnumerable<TaskCall<TArguments, TResult>> calls)
        where TArguments : struct, ITaskArguments<TArguments, TResult>
    {
        ArgumentNullException.ThrowIfNull(calls);
        var parts = calls.Select(static call => new CallPart<TArguments, TResult>(call)).ToArray();
        return new GroupCall<TResult>(
            parts.Length,
            (builder, fanIn) =>
            {
                // The members share one node: the graph does not grow with the group, their messages say which one they are.
                var node = builder.Add(new WorkflowNode { Task = TArguments.Task.Name, Descriptor = TArguments.Task, ArgumentCount = TArguments.Task.ArgumentCount, Next = fanIn, Ordinal = -1 });
                for (var i = 0; i < parts.Length; i++)
                {
                    builder.Start(new WorkflowStart(node, i, parts[i]));
                }
            },
            static _ => TArguments.ReadResult);
    }

    /// <summary>Calls of one task, side by side.</summary>
    public static GroupCall<TResult> Of<TArguments, TResult>(params TaskCall<TArguments, TResult>[] calls)
        where TArguments : struct, ITaskArguments<TArguments, TResult>
        => Of((IEnumerable<TaskCall<TArguments, TResult>>)calls);

    /// <summary>Chains, groups or chords side by side: different tasks whose results are of one type.</summary>
    public static GroupCall<TResult> Of<TResult>(params WorkflowCall<TResult>[] members)
    {
        ArgumentNullException.ThrowIfNull(members);
        return new GroupCall<TResult>(
            members.Length,
            (builder, fanIn) =>
            {
                for (var i = 0; i < members.Length; i++)
                {
                    members[i].Build(builder, fanIn, i);
                }
            },
            i => members[i].ReadResult);
    }
}
