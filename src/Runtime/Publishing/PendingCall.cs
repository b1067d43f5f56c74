using System.Threading.Tasks.Sources;

namespace HighPerf.Publishing;

/// <summary>
/// One <c>CallAsync</c> that waits: pooled by its type, and given back by the awaiter when it takes the result. Keeps its index in the table for life, so that a
/// call costs no table operation.
/// </summary>
internal sealed class PendingCall<TArguments, TResult> : PendingResult, IValueTaskSource<TResult>
    where TArguments : struct, ITaskArguments<TArguments, TResult>
{
    private readonly Pool _pool;
    private ManualResetValueTaskSourceCore<TResult> _core;
    private CancellationTokenRegistration _cancellation;

    private PendingCall(Pool pool)
    {
        _pool = pool;

        // A slot completes the call; the caller's continuation must not run on the slot.
        _core.RunContinuationsAsynchronously = true;
    }

    public override bool IsSingleUse => false;

    public ValueTask<TResult> Task => new(this, _core.Version);

    public override void SetResult(ReadOnlySpan<byte> body)
    {
        TResult result;
        try
        {
            var reader = MessageReader.OfBody(body);
            result = TArguments.ReadResult(ref reader);
        }
        catch (Exception exception)
        {
            _core.SetException(exception);
            return;
        }

        _core.SetResult(result);
    }

    public override void SetException(Exception exception) => _core.SetException(exception);

    public void CancelWith(CancellationToken cancellationToken)
    {
        var token = Token;
        _cancellation = cancellationToken.UnsafeRegister(
            static (state, cancelled) =>
            {
                var (call, token) = ((PendingCall<TArguments, TResult>, long))state!;
                if (call.TryClaim(token))
                {
                    call.SetException(new OperationCanceledException(cancelled));
                }
            },
            (this, token));
    }

    /// <summary>Gives up before the call went out.</summary>
    public void Abandon()
    {
        if (TryClaim(Token))
        {
            GiveBack();
        }
    }

    TResult IValueTaskSource<TResult>.GetResult(short token)
    {
        // Awaited twice or asked too early: an error of the caller, which must not give the wait to two others.
        if (_core.GetStatus(token) == ValueTaskSourceStatus.Pending)
        {
            throw new InvalidOperationException("The call has no result yet. Await the ValueTask, once.");
        }

        try
        {
            return _core.GetResult(token);
        }
        finally
        {
            GiveBack();
        }
    }

    ValueTaskSourceStatus IValueTaskSource<TResult>.GetStatus(short token) => _core.GetStatus(token);

    void IValueTaskSource<TResult>.OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
        => _core.OnCompleted(continuation, state, token, flags);

    private void GiveBack()
    {
        _cancellation.Dispose();
        _cancellation = default;
        _core.Reset();
        _pool.Return(this);
    }

    /// <summary>The pool of one publisher for one task.</summary>
    internal sealed class Pool(PendingResults table)
    {
        private readonly Stack<PendingCall<TArguments, TResult>> _free = new();
        private readonly Lock _gate = new();

        public PendingCall<TArguments, TResult> Rent(long expiresTicks)
        {
            PendingCall<TArguments, TResult>? call;
            lock (_gate)
            {
                _free.TryPop(out call);
            }

            if (call is null)
            {
                call = new PendingCall<TArguments, TResult>(this);
                table.Add(call);
            }

            call.Begin(expiresTicks);
            return call;
        }

        public void Return(PendingCall<TArguments, TResult> call)
        {
            lock (_gate)
            {
                _free.Push(call);
            }
        }
    }
}
