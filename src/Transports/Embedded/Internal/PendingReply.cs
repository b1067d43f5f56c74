using System.Threading.Tasks.Sources;

namespace HighPerf.Transports.Embedded;

/// <summary>A request whose reply is awaited. Pooled by its link: back when the reply was read.</summary>
internal sealed class PendingReply(ClientLink link) : IValueTaskSource<PublishOutcome>, IValueTaskSource<bool>, IValueTaskSource<(long Number, byte[] Data)>
{
    private static readonly Action<object?> s_onCancelled = static state => ((PendingReply)state!).Cancel();

    // Continuations are a user's code: they must not run on the reading loop.
    private ManualResetValueTaskSourceCore<bool> _core = new() { RunContinuationsAsynchronously = true };
    private CancellationTokenRegistration _cancellation;
    private ReplyStatus _status;
    private string? _text;
    private long _number;
    private byte[] _data = [];

    public int Request;

    public ValueTask<bool> Settlement => new(this, _core.Version);

    public ValueTask<(long Number, byte[] Data)> Answer => new(this, _core.Version);

    public ValueTask<PublishOutcome> Outcome => new(this, _core.Version);

    /// <summary>Called after sending: a publisher that does not want to wait for room any more says so to the broker, which answers in any case.</summary>
    public void CancelWith(CancellationToken cancellationToken) => _cancellation = cancellationToken.UnsafeRegister(s_onCancelled, this);

    public void Complete(ReplyStatus status, long number, ReadOnlySpan<byte> data)
    {
        _status = status;
        _number = number;
        if (status == ReplyStatus.Done)
        {
            _data = data.ToArray();
        }
        else
        {
            _text = data.IsEmpty ? null : new FrameReader(data).Text();
        }

        _core.SetResult(true);
    }

    public void Fail(ReplyStatus status, string why)
    {
        _status = status;
        _text = why;
        _core.SetResult(true);
    }

    PublishOutcome IValueTaskSource<PublishOutcome>.GetResult(short token)
    {
        _core.GetResult(token);
        var outcome = _status switch
        {
            ReplyStatus.Done => PublishOutcome.Accepted,
            ReplyStatus.Refused => new PublishOutcome(PublishStatus.Rejected, _text ?? "The broker refused it."),
            _ => new PublishOutcome(PublishStatus.Unknown, _text ?? "The broker does not say."),
        };
        Recycle();
        return outcome;
    }

    bool IValueTaskSource<bool>.GetResult(short token)
    {
        _core.GetResult(token);
        var (status, text) = (_status, _text);
        Recycle();
        return status switch
        {
            ReplyStatus.Done => true,
            ReplyStatus.Failed => throw new HighPerfException(text ?? "The broker failed."),
            _ => false,
        };
    }

    (long Number, byte[] Data) IValueTaskSource<(long Number, byte[] Data)>.GetResult(short token)
    {
        _core.GetResult(token);
        var (status, text, answer) = (_status, _text, (_number, _data));
        Recycle();
        return status switch
        {
            ReplyStatus.Done => answer,
            ReplyStatus.Failed => throw new HighPerfException(text ?? "The broker failed."),
            _ => throw new BrokerGoneException(text ?? "The broker does not say."),
        };
    }

    public ValueTaskSourceStatus GetStatus(short token) => _core.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags)
        => _core.OnCompleted(continuation, state, token, flags);

    private void Cancel() => link.SendCancel(Request);

    private void Recycle()
    {
        _cancellation.Dispose();
        _cancellation = default;
        _text = null;
        _data = [];
        _core.Reset();
        link.Recycle(this);
    }
}
