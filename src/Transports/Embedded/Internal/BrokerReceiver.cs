using System.Buffers.Binary;

namespace HighPerf.Transports.Embedded;

/// <summary>A client's receiver, at the broker: delivers as many messages as the client has asked for, once there are some, and knows what is out.</summary>
internal sealed class BrokerReceiver(BrokerSession session, int id) : ReceiveSignal, IThreadPoolWorkItem
{
    private const int MaxBurst = 256;
    
    /// <summary>A frame of several messages is sent when it is longer.</summary>
    public const int MaxFrame = 256 * 1024;


    private readonly Lock _lock = new();
    private readonly Dictionary<long, int> _out = [];
    private readonly Delivery[] _burst = new Delivery[MaxBurst];
    private Receiver _receiver = null!;
    private long _bytes;
    private int _wanted;
    private bool _isGone;

    public async Task OpenAsync(EmbeddedTransport transport, string queue, ReceiverOptions options)
        => _receiver = await transport.OpenReceiverAsync(queue, options, this, CancellationToken.None).ConfigureAwait(false);

    public void Want(int count)
    {
        lock (_lock)
        {
            _wanted = Math.Clamp(count, 0, MaxBurst);
        }

        Pump();
    }

    /// <summary>Raised by whoever made something ready, who must not be kept.</summary>
    public override void OnReady() => ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);

    public override void OnLeaseLost(Receiver receiver, long token)
    {
        Forget(token);
        session.Connection.Send(FrameKind.LeaseLost, FrameWriter.New().Int32(id).Int64(token).Written);

        // The client keeps its copy of the bytes; nobody here reads the broker's any more.
        _ = receiver.AcknowledgeAsync(token);
    }

    void IThreadPoolWorkItem.Execute() => Pump();

    public void Renew(ReadOnlySpan<byte> tokens)
    {
        Span<long> batch = stackalloc long[64];
        while (tokens.Length >= sizeof(long))
        {
            var count = Math.Min(batch.Length, tokens.Length / sizeof(long));
            for (var i = 0; i < count; i++)
            {
                batch[i] = BinaryPrimitives.ReadInt64LittleEndian(tokens[(i * sizeof(long))..]);
            }

            _receiver.Renew(batch[..count]);
            tokens = tokens[(count * sizeof(long))..];
        }
    }

    public void Settle(int request, long token, Func<Receiver, long, long, string?, ValueTask<bool>> settle, long number, string? text)
    {
        Forget(token);
        ValueTask<bool> settling;
        try
        {
            settling = settle(_receiver, token, number, text);
        }
        catch (Exception exception)
        {
            session.Reply(request, ReplyStatus.Failed, exception.Message);
            return;
        }

        _ = FinishAsync(request, settling);
    }

    public async Task StopAsync() => await _receiver.StopAsync(CancellationToken.None).ConfigureAwait(false);

    /// <summary>The client is done: what it has goes back uncounted.</summary>
    public async Task CloseAsync()
    {
        lock (_lock)
        {
            _isGone = true;
        }

        await _receiver.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>The client is gone: what it has was perhaps started, and counts.</summary>
    public async Task AbandonAsync()
    {
        long[] tokens;
        lock (_lock)
        {
            _isGone = true;
            tokens = [.. _out.Keys];
            _out.Clear();
        }

        await _receiver.StopAsync(CancellationToken.None).ConfigureAwait(false);

        // Youngest first, each to the front: they come in their old order.
        Array.Sort(tokens);
        Array.Reverse(tokens);
        foreach (var token in tokens)
        {
            try
            {
                await _receiver.ReleaseAsync(token, TimeSpan.Zero).ConfigureAwait(false);
            }
            catch (HighPerf.Journal.JournalException)
            {
                // It is back in the queue; the journal is told of its count the next time.
            }
        }

        await _receiver.DisposeAsync().ConfigureAwait(false);
    }

    private async Task FinishAsync(int request, ValueTask<bool> settling)
    {
        try
        {
            session.Reply(request, await settling.ConfigureAwait(false) ? ReplyStatus.Done : ReplyStatus.Refused);
        }
        catch (Exception exception)
        {
            session.Reply(request, ReplyStatus.Failed, exception.Message);
        }
    }

    private void Forget(long token)
    {
        var hasRoomAgain = false;
        lock (_lock)
        {
            if (_out.Remove(token, out var length))
            {
                hasRoomAgain = _bytes > session.MaxBytes && _bytes - length <= session.MaxBytes;
                _bytes -= length;
            }
        }

        if (hasRoomAgain)
        {
            OnReady();
        }
    }

    private void Pump()
    {
        lock (_lock)
        {
            if (_wanted == 0 || _isGone || _bytes > session.MaxBytes)
            {
                return;
            }

            var count = _receiver.TryReceive(_burst.AsSpan(0, _wanted));
            if (count == 0)
            {
                return;
            }

            _wanted = 0;
            var frame = FrameWriter.New().Int32(id);
            foreach (ref readonly var delivery in _burst.AsSpan(0, count))
            {
                var length = (int)delivery.Bytes.Length;
                _out[delivery.Token] = length;
                _bytes += length;
                frame.Int64(delivery.Token).Int32(delivery.DeliveryCount).Int32(length).Bytes(delivery.Bytes);
                if (frame.Written.Length > MaxFrame)
                {
                    session.Connection.Send(FrameKind.Deliver, frame.Written);
                    frame = FrameWriter.New().Int32(id);
                }
            }

            _burst.AsSpan(0, count).Clear();
            session.Connection.Send(FrameKind.Deliver, frame.Written);
        }
    }
}
