namespace HighPerf;

/// <summary>A call that was sent: its id, and its result once there is one. Awaiting it twice is fine.</summary>
/// <typeparam name="TResult">The result.</typeparam>
public sealed class TaskHandle<TResult>
{
    private readonly Task<TResult> _completion;
    private readonly Func<double> _progress;

    internal TaskHandle(MessageId id, Task<TResult> completion, Func<double> progress)
    {
        Id = id;
        _completion = completion;
        _progress = progress;
    }

    /// <summary>Message id of the command, or the workflow's id.</summary>
    public MessageId Id { get; }

    /// <summary>True once there is a result or a failure.</summary>
    public bool IsCompleted => _completion.IsCompleted;

    /// <summary>What the task last reported: 0 to 1, 0 if it reported nothing.</summary>
    public double Progress => _progress();

    /// <summary>Waits for the result. Cancelling the token stops the waiting, not the task.</summary>
    /// <exception cref="TaskFailedException">The task failed for good.</exception>
    /// <exception cref="TaskCanceledException">The token was cancelled, the task was revoked, or nothing was heard of it within the result lifetime.</exception>
    public Task<TResult> GetResultAsync(CancellationToken cancellationToken = default) => _completion.WaitAsync(cancellationToken);
}
