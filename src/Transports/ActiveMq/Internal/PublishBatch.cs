using HighPerf.Transports.ActiveMq.Stomp;

namespace HighPerf.Transports.ActiveMq;

/// <summary>
/// What goes out together: several messages in one transaction, which costs the broker one write to disk, or one message without. A transaction one of whose SENDs is refused is rolled back
/// by the broker (rollbackOnlyOnAsyncException); its messages are then sent one by one. Pooled by its line.
/// </summary>
internal sealed class PublishBatch(PublishLine line) : StompRequest
{
    public const int MaxMessages = 256;
    private const int MaxBytes = 1024 * 1024;
    private const int MaxResends = 3;

    private readonly PublishRequest[] _requests = new PublishRequest[MaxMessages];
    private int _bytes;

    public int Count { get; private set; }

    /// <summary>Timestamp.</summary>
    public long SentAt { get; set; }

    /// <summary>True for a single delayed message: such ones do not wait for each other.</summary>
    public bool IsDelayed { get; private set; }

    public ReadOnlySpan<PublishRequest> Requests => _requests.AsSpan(0, Count);

    /// <summary>
    /// Delayed messages go alone: in a transaction the broker schedules them behind the commit, and a failure there would be answered as if there were none.
    /// </summary>
    public bool TryAdd(PublishRequest request, int most)
    {
        if (Count == most || (Count > 0 && (request.IsDelayed || IsDelayed || _bytes + request.Message.Bytes.Length > MaxBytes)))
        {
            return false;
        }

        IsDelayed = request.IsDelayed;
        _bytes += request.Message.Bytes.Length;
        _requests[Count++] = request;
        return true;
    }

    public void Clear()
    {
        Array.Clear(_requests, 0, Count);
        (Count, _bytes, IsDelayed) = (0, 0, false);
    }

    public override void Write(StompWriter writer, long receipt)
    {
        var now = line.UtcNowTicks;
        if (Count == 1)
        {
            _requests[0].Write(writer, now);
            writer.Header("receipt"u8, receipt);
            writer.End(_requests[0].Message.Bytes.Span);
            return;
        }

        writer.Command("BEGIN"u8);
        writer.Header("transaction"u8, receipt);
        writer.End();
        foreach (var request in Requests)
        {
            request.Write(writer, now);
            writer.Header("transaction"u8, receipt);
            writer.End(request.Message.Bytes.Span);
        }

        writer.Command("COMMIT"u8);
        writer.Header("transaction"u8, receipt);
        writer.Header("receipt"u8, receipt);
        writer.End();
    }

    public override void OnReceipt() => line.End(this, PublishOutcome.Accepted);

    public override void OnRefused(string reason)
    {
        if (Count == 1)
        {
            line.End(this, new PublishOutcome(PublishStatus.Rejected, $"ActiveMQ refused: {reason}"));
        }
        else
        {
            line.SendSingly(this, reason);
        }
    }

    public override void OnLost(Exception reason)
    {
        // A refusal that names no frame: it may be of another one, which came late.
        if (reason is StompErrorException && _requests[0].Resends < MaxResends)
        {
            line.SendSingly(this, reason.Message);
        }
        else
        {
            line.End(this, new PublishOutcome(PublishStatus.Unknown, $"The connection was lost before the receipt came: {reason.Message}"));
        }
    }
}
