using HighPerf.Connections;
using HighPerf.Transports.ActiveMq.Stomp;

namespace HighPerf.Transports.ActiveMq;

/// <summary>
/// The acknowledgements of a queue, on the connection that its messages came by. What is acknowledged while a receipt is outstanding goes with the next batch, in one transaction. One
/// whose connection is lost is not sent again: what it names does not exist on another one (contract D18).
/// </summary>
internal sealed class Settlements(QueueIntake intake) : StompRequest
{
    private const int MaxBatch = 256;
    private const int MaxSpare = 1024;

    private readonly Lock _lock = new();
    private readonly Queue<SettleRequest> _waiting = new();
    private readonly Stack<SettleRequest> _spare = new();
    private readonly SettleRequest[] _batch = new SettleRequest[MaxBatch];
    private int _count;
    private int _completing;
    private bool _isSending;
    private long _since;

    /// <summary>True when nothing is on its way.</summary>
    public bool IsIdle
    {
        get
        {
            lock (_lock)
            {
                return !_isSending && _waiting.Count == 0 && _completing == 0;
            }
        }
    }

    public ValueTask<bool> Add(DeliveryRow row)
    {
        lock (_lock)
        {
            var request = _spare.TryPop(out var spare) ? spare : new SettleRequest(this);
            request.Row = row;
            _waiting.Enqueue(request);
            return request.Task;
        }
    }

    /// <summary>Sends what waits; called after adding, outside of all locks.</summary>
    public void Send()
    {
        lock (_lock)
        {
            if (_isSending || _waiting.Count == 0)
            {
                return;
            }

            while (_count < MaxBatch && _waiting.TryDequeue(out var request))
            {
                _batch[_count++] = request;
            }

            _isSending = true;
            _since = intake.Clock.GetTimestamp();
        }

        switch (intake.Client.TrySend(this))
        {
            case WriteAdmission.Full:
                _ = SendWhenThereIsRoomAsync();
                break;
            case WriteAdmission.Disconnected:
                EndBatch(isSettled: false);
                break;
        }
    }

    public void Recycle(SettleRequest request)
    {
        lock (_lock)
        {
            if (_spare.Count < MaxSpare)
            {
                _spare.Push(request);
            }
        }
    }

    /// <summary>True when a receipt is overdue: the broker holds up the connection.</summary>
    public bool IsOverdue(long now, long timeout)
    {
        lock (_lock)
        {
            return _isSending && now - _since > timeout;
        }
    }

    public override void Write(StompWriter writer, long receipt)
    {
        if (_count == 1 && !_batch[0].Row.IsVoid)
        {
            WriteAck(writer, _batch[0].Row);
            writer.Header("receipt"u8, receipt);
            writer.End();
            return;
        }

        writer.Command("BEGIN"u8);
        writer.Header("transaction"u8, receipt);
        writer.End();
        for (var i = 0; i < _count; i++)
        {
            // Handed over while the connection changed: on this one it names nothing.
            if (!_batch[i].Row.IsVoid)
            {
                WriteAck(writer, _batch[i].Row);
                writer.Header("transaction"u8, receipt);
                writer.End();
            }
        }

        writer.Command("COMMIT"u8);
        writer.Header("transaction"u8, receipt);
        writer.Header("receipt"u8, receipt);
        writer.End();
    }

    public override void OnReceipt() => EndBatch(isSettled: true);

    public override void OnRefused(string reason)
    {
        ActiveMqLog.SettlementRefused(intake.Logger, intake.Queue.ToString(), _count, reason);

        // What of it is done nobody knows. On a new connection the broker hands out again what is not.
        intake.Client.Connection.Abort(new StompErrorException(reason));
        EndBatch(isSettled: false);
    }

    public override void OnLost(Exception reason) => EndBatch(isSettled: false);

    public static void WriteAck(StompWriter writer, DeliveryRow row)
    {
        writer.Command("ACK"u8);
        writer.Header("id"u8, row.AckId);
    }

    private async Task SendWhenThereIsRoomAsync()
    {
        await intake.Client.Connection.WaitForRoomAsync().ConfigureAwait(false);
        switch (intake.Client.TrySend(this))
        {
            case WriteAdmission.Full:
                _ = SendWhenThereIsRoomAsync();
                break;
            case WriteAdmission.Disconnected:
                EndBatch(isSettled: false);
                break;
        }
    }

    private void EndBatch(bool isSettled)
    {
        var done = System.Buffers.ArrayPool<SettleRequest>.Shared.Rent(MaxBatch);
        int count;
        lock (_lock)
        {
            if (!_isSending)
            {
                return;
            }

            count = _count;
            _batch.AsSpan(0, count).CopyTo(done);
            Array.Clear(_batch, 0, count);
            (_count, _isSending) = (0, false);
            _completing++;
        }

        Send();
        for (var i = 0; i < count; i++)
        {
            done[i].IsSettled = isSettled && !done[i].Row.IsVoid;
        }

        intake.EndSettling(done.AsSpan(0, count));
        for (var i = 0; i < count; i++)
        {
            done[i].Complete();
        }

        Array.Clear(done, 0, count);
        System.Buffers.ArrayPool<SettleRequest>.Shared.Return(done);
        lock (_lock)
        {
            _completing--;
        }
    }
}
