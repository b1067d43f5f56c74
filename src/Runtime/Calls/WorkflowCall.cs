using HighPerf.Calls;

namespace HighPerf;

/// <summary>A composition of calls that was not sent yet: a chain, a group or a chord.</summary>
/// <typeparam name="TResult">Its result.</typeparam>
public abstract class WorkflowCall<TResult> : WorkflowPart
{
    private protected WorkflowCall()
    {
    }

    /// <summary>Reads the result of the whole.</summary>
    internal abstract ResultReader<TResult> ReadResult { get; }
}
