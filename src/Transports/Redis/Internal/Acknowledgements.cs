using HighPerf.Connections;
using HighPerf.Transports.Redis.Resp;

namespace HighPerf.Transports.Redis;

/// <summary>
/// The acknowledgements of a receiver. What is acknowledged while an answer is outstanding goes with the next batch. When the connection is lost they are sent again on
/// the next one, for as long as a lease lasts: the script checks whose the delivery is, so that sending twice settles once.
/// </summary>
internal sealed class Acknowledgements(RedisReceiver receiver, RedisTransport transport, RedisQueue queue) : RespRequest
{
    private const int MaxBatch = 256;
    private const int MaxSpare = 1024;

    private readonly Lock _lock = new();
    private readonly Queue<SettleRequest> _waiting = new();
    private readonly Stack<SettleRequest> _spare = new();
    private readonly SettleRequest[] _batch = new SettleRequest[MaxBatch];
    private readonly byte[] _letters = new byte[MaxBatch];
    private int _count;
    private bool _isSending;
    private bool _byText;
    private long _beganAt;

    public ValueTask<bool> Add(in DeliveryRow row)
    {
        SettleRequest request;
        ValueTask<bool> task;
        bool send;
        lock (_lock)
        {
            request = _spare.TryPop(out var spare) ? spare : new SettleRequest(this);
            request.Token = row.Token;
            request.Stream = row.Stream;
            request.Id = row.Id;
            request.Times = row.Times;
            request.Length = row.Length;
            request.Key = row.Key;
            task = request.Task;
            _waiting.Enqueue(request);
            send = TryBeginBatch();
        }

        if (send)
        {
            Send();
        }

        return task;
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

    public override void Write(ref RespWriter writer)
    {
        const int Each = 5;
        writer.Command(3 + RedisKeys.Count + 1 + (Each * _count));
        queue.WriteScript(ref writer, RedisScript.Acknowledge, _byText);
        writer.Argument(receiver.Consumer);
        foreach (var request in _batch.AsSpan(0, _count))
        {
            writer.Argument(request.Stream);
            request.Id.Write(ref writer);
            writer.Argument(request.Times);
            writer.Argument(request.Length);
            writer.Argument(request.Key ?? "");
        }
    }

    public override void OnReply(int index, ref RespReader reply)
    {
        reply.Read();
        if (reply.IsError && reply.Text.StartsWith("NOSCRIPT", StringComparison.Ordinal) && !_byText)
        {
            _byText = true;
            Send();
            return;
        }

        if (reply.IsError && queue.Node.OnServerError(reply.Text) && transport.Clock.GetElapsedTime(_beganAt) < receiver.Lease)
        {
            // Not done, and not for good.
            _ = SendSlowlyAsync(pause: true);
            return;
        }

        if (reply.IsError || reply.Bytes.Length != _count)
        {
            // Not done. Whoever has the message next finds that out; here it is lost.
            RedisLog.CommandFailed(receiver.Logger, queue.ToString(), "acknowledging", reply.Text);
            _letters.AsSpan(0, _count).Fill((byte)'n');
        }
        else
        {
            System.Buffers.BuffersExtensions.CopyTo(reply.Bytes, _letters);
        }

        EndBatch();
    }

    public override void OnLost(Exception reason)
    {
        foreach (var request in _batch.AsSpan(0, _count))
        {
            request.IsAgain = true;
        }

        _ = SendSlowlyAsync();
    }

    private bool TryBeginBatch()
    {
        while (!_isSending && _count < MaxBatch && _waiting.TryDequeue(out var request))
        {
            _batch[_count++] = request;
        }

        if (_isSending || _count == 0)
        {
            return false;
        }

        // As the script wants them; mostly they are.
        _batch.AsSpan(0, _count).Sort(static (a, b) => a.Stream != b.Stream ? a.Stream.CompareTo(b.Stream) : a.Id.CompareTo(b.Id));
        _beganAt = transport.Clock.GetTimestamp();
        return _isSending = true;
    }

    private void Send()
    {
        if (queue.Node.Control.TrySend(this) != WriteAdmission.Admitted)
        {
            _ = SendSlowlyAsync();
        }
    }

    private async Task SendSlowlyAsync(bool pause = false)
    {
        using var limit = new CancellationTokenSource(receiver.Lease, transport.Clock);
        try
        {
            if (pause)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(100), transport.Clock, limit.Token).ConfigureAwait(false);
            }

            while (true)
            {
                await queue.Node.Control.Connection.WaitUntilConnectedAsync(limit.Token).ConfigureAwait(false);
                switch (queue.Node.Control.TrySend(this))
                {
                    case WriteAdmission.Admitted:
                        return;
                    case WriteAdmission.Full:
                        await queue.Node.Control.Connection.WaitForRoomAsync().WaitAsync(limit.Token).ConfigureAwait(false);
                        break;
                }
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or HighPerfException or ObjectDisposedException)
        {
            // Nobody knows; the lease is over, so it is taken for lost.
            _letters.AsSpan(0, _count).Fill((byte)'n');
            EndBatch();
        }
    }

    private void EndBatch()
    {
        var done = System.Buffers.ArrayPool<SettleRequest>.Shared.Rent(MaxBatch);
        int count;
        bool send;
        Span<bool> settled = stackalloc bool[MaxBatch];
        lock (_lock)
        {
            count = _count;
            for (var i = 0; i < count; i++)
            {
                done[i] = _batch[i];
                settled[i] = _letters[i] == (byte)'y' || (_letters[i] == (byte)'g' && _batch[i].IsAgain);
            }

            Array.Clear(_batch, 0, count);
            _count = 0;
            _byText = false;
            _isSending = false;
            send = TryBeginBatch();
        }

        if (send)
        {
            Send();
        }

        receiver.EndSettling(done.AsSpan(0, count));
        for (var i = 0; i < count; i++)
        {
            done[i].Complete(settled[i]);
        }

        Array.Clear(done, 0, count);
        System.Buffers.ArrayPool<SettleRequest>.Shared.Return(done);
    }
}
