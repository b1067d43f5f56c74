namespace HighPerf.Transports.Embedded;

/// <summary>
/// A receiver at the client. It asks the broker for as many messages as somebody wants right now, so that nothing is out that nobody can start. Tokens are its own: those of
/// an old connection are lost with it.
/// </summary>
internal sealed class ClientReceiver(EmbeddedClientTransport transport, ClientLink link, int id, Destination source, ReceiverOptions options, ReceiveSignal signal) : Receiver
{
    private readonly Lock _lock = new();
    private readonly Queue<Held> _arrived = new();
    private readonly Dictionary<long, Held> _out = [];
    private long _lastToken;
    private int _current;
    private int _wanted;
    private bool _isStarved;
    private bool _isStopped;
    private bool _isClosed;

    public override Destination Source => source;

    public override int TryReceive(Span<Delivery> burst)
    {
        var taken = 0;
        var want = 0;
        lock (_lock)
        {
            if (_isStopped || burst.IsEmpty)
            {
                return 0;
            }

            while (taken < burst.Length && _arrived.TryDequeue(out var held))
            {
                if (held.IsLost)
                {
                    held.Bytes.Return();
                    continue;
                }

                var token = ++_lastToken;
                _out.Add(token, held);
                burst[taken++] = new Delivery(this, new System.Buffers.ReadOnlySequence<byte>(held.Bytes.Memory), token, held.DeliveryCount);
            }

            if (taken == 0)
            {
                want = Math.Min(burst.Length, options.Prefetch - _current);
                _isStarved = want <= 0;
                if (want <= _wanted)
                {
                    return 0;
                }

                _wanted = want;
            }
        }

        if (want > 0)
        {
            link.Send(FrameKind.Want, FrameWriter.New().Int32(id).Int32(want).Written);
        }

        return taken;
    }

    public override ValueTask<bool> AcknowledgeAsync(long token)
        => TryTake(token, out var held) ? SettleAsync(FrameKind.Acknowledge, held, static (frame, _) => frame, (0L, false, null)) : new ValueTask<bool>(false);

    public override ValueTask<bool> ReleaseAsync(long token, TimeSpan delay, bool counted = true)
        => TryTake(token, out var held)
            ? SettleAsync(FrameKind.Release, held, static (frame, what) => frame.Int64(what.Number).Byte(what.Flag ? (byte)1 : (byte)0), (delay.Ticks, counted, null))
            : new ValueTask<bool>(false);

    public override ValueTask<bool> DeadLetterAsync(long token, DeadLetterReason reason, string description)
        => TryTake(token, out var held)
            ? SettleAsync(FrameKind.DeadLetter, held, static (frame, what) => frame.Byte((byte)what.Number).Text(what.Text), ((long)reason, false, description))
            : new ValueTask<bool>(false);

    public override int Renew(Span<long> tokens)
    {
        var current = 0;
        var frame = FrameWriter.New().Int32(id);
        lock (_lock)
        {
            foreach (ref var token in tokens)
            {
                if (token != 0 && _out.TryGetValue(token, out var held) && !held.IsLost)
                {
                    frame.Int64(held.Token);
                    current++;
                }
                else
                {
                    token = 0;
                }
            }
        }

        if (current > 0)
        {
            link.Send(FrameKind.Renew, frame.Written, isUrgent: true);
        }

        return current;
    }

    public override async ValueTask StopAsync(CancellationToken cancellationToken)
    {
        Held[] arrived;
        lock (_lock)
        {
            _isStopped = true;
            arrived = [.. _arrived];
            _arrived.Clear();
        }

        // Youngest first, each to the front: they are in their old order then.
        Array.Reverse(arrived);
        foreach (var held in arrived)
        {
            if (held.IsLost)
            {
                held.Bytes.Return();
                continue;
            }

            await SettleAsync(FrameKind.Release, held, static (frame, _) => frame.Int64(0).Byte(0), (0L, false, null)).ConfigureAwait(false);
        }

        await AskAsync(FrameKind.Stop).ConfigureAwait(false);
    }

    public override async ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            if (_isClosed)
            {
                return;
            }

            _isClosed = true;
            _isStopped = true;
        }

        await AskAsync(FrameKind.Close).ConfigureAwait(false);
        transport.Forget(id);
        Drop();
    }

    /// <summary>Opens it at the broker, the first time or again.</summary>
    public ValueTask<(long Number, byte[] Data)> OpenAsync()
    {
        var pending = link.Rent();
        var answer = pending.Answer;
        var frame = FrameWriter.New().Int32(link.Expect(pending)).Int32(id).Int32(options.Prefetch).Int64(options.Lease.Ticks).Text(source.Queue);
        link.Send(FrameKind.Open, pending, frame.Written);
        return answer;
    }

    /// <summary>There is a new connection: opens it there and asks again for what is wanted.</summary>
    public void Reopen()
    {
        if (Volatile.Read(ref _isClosed))
        {
            return;
        }

        _ = Observe(OpenAsync());
        lock (_lock)
        {
            // Whatever was asked for until now may have been asked of nobody.
            _wanted = 0;
        }

        signal.OnReady();

        static async Task Observe(ValueTask<(long Number, byte[] Data)> opening)
        {
            try
            {
                await opening.ConfigureAwait(false);
            }
            catch (HighPerfException)
            {
                // The connection has ended again; the next one opens it.
            }
        }
    }

    /// <summary>The connection is gone and with it every lease.</summary>
    public void OnDisconnected()
    {
        var lost = new List<long>();
        lock (_lock)
        {
            while (_arrived.TryDequeue(out var held))
            {
                held.Bytes.Return();
            }

            foreach (var (token, held) in _out)
            {
                if (!held.IsLost)
                {
                    held.IsLost = true;
                    lost.Add(token);
                }
            }

            _current = 0;
            _wanted = 0;
        }

        lost.ForEach(token => signal.OnLeaseLost(this, token));
    }

    public void OnDeliver(ref FrameReader frame)
    {
        lock (_lock)
        {
            _wanted = 0;
            while (frame.Rest.Length > 0)
            {
                var (token, count, length) = (frame.Int64(), frame.Int32(), frame.Int32());
                var bytes = frame.Bytes(length);
                if (_isClosed)
                {
                    continue;
                }

                var buffer = transport.Rent();
                buffer.Write(bytes);
                _arrived.Enqueue(new Held(buffer, token, count));
                _current++;
            }
        }

        signal.OnReady();
    }

    public void OnLeaseLost(long brokerToken)
    {
        var lost = 0L;
        bool wake;
        lock (_lock)
        {
            foreach (var (token, held) in _out)
            {
                if (held.Token == brokerToken && !held.IsLost)
                {
                    held.IsLost = true;
                    lost = token;
                    _current--;
                    break;
                }
            }

            foreach (var held in _arrived)
            {
                if (held.Token == brokerToken && !held.IsLost)
                {
                    held.IsLost = true;
                    _current--;
                }
            }

            wake = _isStarved && lost != 0;
            _isStarved &= !wake;
        }

        if (lost != 0)
        {
            signal.OnLeaseLost(this, lost);
        }

        if (wake)
        {
            signal.OnReady();
        }
    }

    /// <summary>Returns what it holds. Nothing is delivered any more.</summary>
    public void Drop()
    {
        lock (_lock)
        {
            _isClosed = _isStopped = true;
            while (_arrived.TryDequeue(out var held))
            {
                held.Bytes.Return();
            }

            foreach (var held in _out.Values)
            {
                held.Bytes.Return();
            }

            _out.Clear();
        }
    }

    private bool TryTake(long token, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out Held? held)
    {
        lock (_lock)
        {
            if (!_out.Remove(token, out held))
            {
                return false;
            }
        }

        if (!held.IsLost)
        {
            return true;
        }

        held.Bytes.Return();
        return false;
    }

    private async ValueTask<bool> SettleAsync(FrameKind kind, Held held, Func<FrameWriter, (long Number, bool Flag, string? Text), FrameWriter> more, (long Number, bool Flag, string? Text) what)
    {
        held.Bytes.Return();
        var pending = link.Rent();
        var settlement = pending.Settlement;
        link.Send(kind, pending, more(FrameWriter.New().Int32(link.Expect(pending)).Int32(id).Int64(held.Token), what).Written);
        try
        {
            return await settlement.ConfigureAwait(false);
        }
        finally
        {
            OnSettled();
        }
    }

    private void OnSettled()
    {
        bool wake;
        lock (_lock)
        {
            _current--;
            wake = _isStarved && !_isStopped;
            _isStarved &= !wake;
        }

        if (wake)
        {
            signal.OnReady();
        }
    }

    private async ValueTask AskAsync(FrameKind kind)
    {
        var pending = link.Rent();
        var settlement = pending.Settlement;
        link.Send(kind, pending, FrameWriter.New().Int32(link.Expect(pending)).Int32(id).Written);
        await settlement.ConfigureAwait(false);
    }

    private sealed class Held(PooledBuffer bytes, long token, int deliveryCount)
    {
        public PooledBuffer Bytes => bytes;

        /// <summary>The broker's.</summary>
        public long Token => token;

        public int DeliveryCount => deliveryCount;

        public bool IsLost { get; set; }
    }
}
