using HighPerf.Connections;
using HighPerf.Transports.ActiveMq.Stomp;

namespace HighPerf.Transports.ActiveMq;

/// <summary>
/// The acknowledgements of a queue, on the connection that its messages came by. What is acknowledged while a receipt is outstanding goes with the next batch, of which
/// the last one has a receipt: twice as fast as a transaction, and many times as fast as hundreds at once, both measured with 5.17.2. One whose connection is lost is not sent again: what it names does not exist on another one (contract D18).
/// </summary>
internal sealed class Settlements(QueueIntake intake) : StompRequest, IThreadPoolWorkItem
{
    private const int MaxBatch = 32;
    private const int MaxSpare = 1024;

    private readonly Lock _lock = new();
    private readonly Queue<SettleRequest> _waiting = new();
    private readonly Stack<SettleRequest> _spare = new();
    private readonly SettleRequest[] _batch = new SettleRequest[MaxBatch];
    private int _count;
    private int _completing;
    private int _lastCount;
    private bool _isSending;
    private bool _isDeferred;
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

    /// <summary>
    /// Sends what waits; called after adding, outside of all locks. Where several were in the last batch, several more are about to be added: the first of them does not go alone, with all others
    /// behind it, but by the next work item. A full batch needs no more.
    /// </summary>
    public void Send()
    {
        bool isDeferred;
        lock (_lock)
        {
            if (_isSending || _isDeferred || _waiting.Count == 0)
            {
                return;
            }

            isDeferred = _isDeferred = _lastCount is > 1 and < MaxBatch;
        }

        if (isDeferred)
        {
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        }
        else
        {
            SendBatch();
        }
    }

    void IThreadPoolWorkItem.Execute()
    {
        lock (_lock)
        {
            _isDeferred = false;
        }

        SendBatch();
    }

    private void SendBatch()
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

    /// <summary>The broker does what a connection says in its order: a receipt for the last one is one for all.</summary>
    public override void Write(StompWriter writer, long receipt)
    {
        // Handed over while the connection changed: on this one it names nothing.
        var last = _count - 1;
        while (last >= 0 && _batch[last].Row.IsVoid)
        {
            last--;
        }

        for (var i = 0; i < last; i++)
        {
            if (!_batch[i].Row.IsVoid)
            {
                WriteAck(writer, _batch[i].Row);
                writer.End();
            }
        }

        if (last >= 0)
        {
            WriteAck(writer, _batch[last].Row);
        }
        else
        {
            // Nothing is left of it; it is answered all the same.
            writer.Command("BEGIN"u8);
            writer.Header("transaction"u8, receipt);
        }

        writer.Header("receipt"u8, receipt);
        writer.End();
        if (last < 0)
        {
            writer.Command("ABORT"u8);
            writer.Header("transaction"u8, receipt);
            writer.End();
        }
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
            _lastCount = count;
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
