namespace HighPerf;

/// <summary>A group and a step that takes the list of its results. What <see cref="GroupCall{TResult}.Then{TNext}(TaskStep{TResult[], TNext})"/> makes, under the name the field uses.</summary>
public static class Chord
{
    /// <summary>Calls side by side, then a step that takes their results as its first argument.</summary>
    public static Chain<TNext> Of<TArguments, TResult, TNext>(IEnumerable<TaskCall<TArguments, TResult>> calls, TaskStep<TResult[], TNext> step)
        where TArguments : struct, ITaskArguments<TArguments, TResult>
        => Group.Of(calls).Then(step);

    /// <inheritdoc cref="Of{TArguments, TResult, TNext}(IEnumerable{TaskCall{TArguments, TResult}}, TaskStep{TResult[], TNext})"/>
    public static Chain<TNext> Of<TArguments, TResult, TNext>(IEnumerable<TaskCall<TArguments, TResult>> calls, TaskStep<List<TResult>, TNext> step)
        where TArguments : struct, ITaskArguments<TArguments, TResult>
        => Group.Of(calls).Then(step);

    /// <inheritdoc cref="Of{TArguments, TResult, TNext}(IEnumerable{TaskCall{TArguments, TResult}}, TaskStep{TResult[], TNext})"/>
    public static Chain<TNext> Of<TArguments, TResult, TNext>(IEnumerable<TaskCall<TArguments, TResult>> calls, TaskStep<IReadOnlyList<TResult>, TNext> step)
        where TArguments : struct, ITaskArguments<TArguments, TResult>
        => Group.Of(calls).Then(step);
}
