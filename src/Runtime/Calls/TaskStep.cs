namespace HighPerf;

/// <summary>
/// A call whose first argument the previous result fills. The body of its command is a concatenation: member count, previous result, the other arguments as they
/// were encoded here; nothing is decoded in between. Made by the generated <c>Step(...)</c>.
/// </summary>
/// <typeparam name="TInput">Type of the first argument: the previous result.</typeparam>
/// <typeparam name="TResult">The task's result.</typeparam>
public sealed class TaskStep<TInput, TResult>
{
    /// <summary>Creates a step; generated code does.</summary>
    /// <param name="task">The task.</param>
    /// <param name="otherArguments">All arguments but the first, encoded.</param>
    /// <param name="readResult">Reads the task's result.</param>
    public TaskStep(TaskDescriptor task, ReadOnlySpan<byte> otherArguments, ResultReader<TResult> readResult)
    {
        Task = task;
        OtherArguments = otherArguments.ToArray();
        ReadResult = readResult;
    }

    internal TaskDescriptor Task { get; }

    internal byte[] OtherArguments { get; }

    internal ResultReader<TResult> ReadResult { get; }
}
