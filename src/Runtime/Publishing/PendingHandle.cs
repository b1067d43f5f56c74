namespace HighPerf.Publishing;

/// <summary>The waiting side of a <see cref="TaskHandle{TResult}"/>.</summary>
internal sealed class PendingHandle<TResult>(ResultReader<TResult> readResult) : PendingResult
{
    private readonly TaskCompletionSource<TResult> _completion = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override bool IsSingleUse => true;

    public TaskHandle<TResult> ToHandle(MessageId id) => new(id, _completion.Task, () => Progress);

    public override void SetResult(ReadOnlySpan<byte> body)
    {
        try
        {
            var reader = MessageReader.OfBody(body);
            _completion.SetResult(readResult(ref reader));
        }
        catch (Exception exception)
        {
            _completion.SetException(exception);
        }
    }

    public override void SetException(Exception exception)
    {
        if (exception is OperationCanceledException)
        {
            _completion.SetCanceled(CancellationToken.None);
        }
        else
        {
            _completion.SetException(exception);

            // Nobody may ever ask a handle for its result; its failure was logged and dead-lettered where it happened.
            _ = _completion.Task.Exception;
        }
    }
}
