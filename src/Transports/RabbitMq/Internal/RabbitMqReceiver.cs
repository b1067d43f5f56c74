using System.Buffers;
using RabbitMQ.Client;

namespace HighPerf.Transports.RabbitMq;

/// <summary>
/// One consumer of a queue. The broker pushes up to the prefetch from each place and waits for settlements as long as the connection lives: leases are this receiver's own. One
/// that lapses, and what is released, is in front again here; when nobody takes it soon it goes back to the broker, for others.
/// </summary>
internal sealed partial class RabbitMqReceiver : Receiver
{
    /// <summary>How long what came back waits here for somebody who asks.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(200);

    private readonly Lock _lock = new();
    private readonly DeliveryTable _table = new();
    private readonly FetchedMessages _fetched = new();
    private readonly RabbitMqTransport _transport;
    private readonly RabbitMqQueue _queue;
    private readonly ReceiveSignal _signal;
    private readonly ConsumerChannel _channel;
    private readonly Departures _departures;
    private readonly ITimer _timer;
    private readonly int _prefetch;
    private readonly long _lease;
    private Settlements? _settlements;
    private int _epoch;
    private int _out;
    private int _keyedOut;
    private long _nextLapse = long.MaxValue;
    private bool _isArmed;
    private bool _isStopped;
    private bool _areKeysCancelled;
    private bool _isDisposed;

    public RabbitMqReceiver(RabbitMqTransport transport, RabbitMqQueue queue, ReceiverOptions options, ReceiveSignal signal)
    {
        _transport = transport;
        _queue = queue;
        _signal = signal;
        _prefetch = options.Prefetch;
        _lease = (long)(options.Lease.TotalSeconds * transport.Clock.TimestampFrequency);
        _channel = new ConsumerChannel(this, transport, queue, _prefetch);
        _departures = new Departures(transport, queue);
        var look = TimeSpan.FromTicks(Math.Clamp(options.Lease.Ticks / 8, TimeSpan.TicksPerMillisecond * 5, TimeSpan.TicksPerMillisecond * 100));
        using (ExecutionContext.IsFlowSuppressed() ? default : ExecutionContext.SuppressFlow())
        {
            _timer = transport.Clock.CreateTimer(static state => ((RabbitMqReceiver)state!).OnTimer(), this, look, look);
        }
    }

    public override Destination Source => _queue;

    public bool IsStopped => Volatile.Read(ref _isStopped);

    /// <summary>What is here and nobody took.</summary>
    public int Fetched
    {
        get
        {
            lock (_lock)
            {
                return _fetched.Count;
            }
        }
    }

    /// <summary>What is with the consumer, and retries that block their key.</summary>
    public int InFlight
    {
        get
        {
            lock (_lock)
            {
                return _out + _table.Rows.Count(static row => row.State == DeliveryState.Held);
            }
        }
    }

    public Task StartAsync(CancellationToken cancellationToken) => _channel.StartAsync(cancellationToken);

    public override int TryReceive(Span<Delivery> burst)
    {
        var count = 0;
        List<DeliveryRow>? expired = null;
        List<long>? lapsed = null;
        lock (_lock)
        {
            var now = _transport.Clock.GetTimestamp();
            var utc = _transport.Clock.GetUtcNow().UtcTicks;
            if (now >= _nextLapse)
            {
                lapsed = Lapse(now);
            }

            while (count < burst.Length && _out < _prefetch && !_isStopped && _fetched.Take() is { } row)
            {
                row.IsReturned = false;
                if (row.Headers.Expires != 0 && row.Headers.Expires <= utc)
                {
                    row.State = DeliveryState.Settling;
                    (expired ??= []).Add(row);
                    continue;
                }

                row.State = DeliveryState.Out;
                row.Deadline = now + _lease;
                _nextLapse = Math.Min(_nextLapse, row.Deadline);
                HoldPlace(row);
                burst[count++] = new Delivery(this, new ReadOnlySequence<byte>(row.Bytes.Memory), row.Token, row.Count);
            }

            _isArmed = count == 0 && !burst.IsEmpty && !_isStopped;
        }

        foreach (var row in expired ?? [])
        {
            _ = EndAsync(row, row.Token, () => _departures.BuryAsync(row, DeadLetterReason.Expired, "Its time was over before it was delivered.", row.Count - 1));
        }

        Tell(lapsed);
        return count;
    }

    public override ValueTask<bool> AcknowledgeAsync(long token)
    {
        lock (_lock)
        {
            if (TryBeginSettling(token) is not { } row)
            {
                return new ValueTask<bool>(false);
            }

            EndSettling(row);
        }

        AfterSettlement();
        return new ValueTask<bool>(true);
    }

    public override ValueTask<bool> ReleaseAsync(long token, TimeSpan delay, bool counted = true)
    {
        DeliveryRow row;
        lock (_lock)
        {
            if (TryBeginSettling(token) is not { } found)
            {
                return new ValueTask<bool>(false);
            }

            row = found;
            if (counted)
            {
                row.Count++;
            }

            if (delay <= TimeSpan.Zero)
            {
                PutInFront(row);
            }
            else if (row.IsKeyed)
            {
                // The next of its key waits for it, so it stays here; not for so long that the broker takes the channel away.
                var wait = delay < _transport.Options.ConsumerTimeout / 2 ? delay : _transport.Options.ConsumerTimeout / 2;
                row.State = DeliveryState.Held;
                _table.Renew(row);
                row.Deadline = _transport.Clock.GetTimestamp() + (long)(wait.TotalSeconds * _transport.Clock.TimestampFrequency);
            }
        }

        if (row.State == DeliveryState.Settling)
        {
            return new ValueTask<bool>(EndAsync(row, token, () => _departures.PostponeAsync(row, delay)));
        }

        AfterSettlement();
        return new ValueTask<bool>(true);
    }

    public override ValueTask<bool> DeadLetterAsync(long token, DeadLetterReason reason, string description)
    {
        DeliveryRow? row;
        lock (_lock)
        {
            row = TryBeginSettling(token);
        }

        return row is null ? new ValueTask<bool>(false) : new ValueTask<bool>(EndAsync(row, token, () => _departures.BuryAsync(row, reason, description, row.Count)));
    }

    public override int Renew(Span<long> tokens)
    {
        var current = 0;
        lock (_lock)
        {
            var end = _transport.Clock.GetTimestamp() + _lease;
            foreach (ref var token in tokens)
            {
                if (_table.Find(token) is { State: DeliveryState.Out or DeliveryState.Settling } row)
                {
                    current++;
                    row.Deadline = end;
                }
                else
                {
                    token = 0;
                }
            }
        }

        return current;
    }

    public override ValueTask StopAsync(CancellationToken cancellationToken) => StopAsync(givesBack: true);

    private async ValueTask StopAsync(bool givesBack)
    {
        lock (_lock)
        {
            _isStopped = true;
            _isArmed = false;
        }

        await _channel.CancelAsync(keyed: false).ConfigureAwait(false);
        Task flushed;
        lock (_lock)
        {
            foreach (var row in _table.Unsettled.Where(row => givesBack && row.State == DeliveryState.Fetched && !row.IsKeyed).ToArray())
            {
                GiveBack(row);
            }

            flushed = _settlements?.FlushAsync() ?? Task.CompletedTask;
        }

        await flushed.ConfigureAwait(false);
        if (givesBack)
        {
            await LeaveKeysAsync().ConfigureAwait(false);
        }
    }

    public override async ValueTask DisposeAsync()
    {
        lock (_lock)
        {
            if (_isDisposed)
            {
                return;
            }

            _isDisposed = true;
        }

        // What is with the consumer was in front of what was not taken: all of it together, in order.
        await StopAsync(givesBack: false).ConfigureAwait(false);
        await _timer.DisposeAsync().ConfigureAwait(false);
        await _departures.DrainAsync().ConfigureAwait(false);
        Task flushed;
        lock (_lock)
        {
            foreach (var row in _table.Unsettled.ToArray())
            {
                GiveBack(row);
            }

            flushed = _settlements?.FlushAsync() ?? Task.CompletedTask;
        }

        await flushed.ConfigureAwait(false);
        await _channel.CancelAsync(keyed: true).ConfigureAwait(false);
        await _channel.DisposeAsync().ConfigureAwait(false);
        lock (_lock)
        {
            _fetched.Clear();
            foreach (var row in _table.Rows.ToArray())
            {
                _table.Free(row);
            }
        }

        _transport.Forget(this);
    }

    /// <summary>A new channel: what comes by it is of a new epoch.</summary>
    public int BeginChannel(IChannel channel)
    {
        lock (_lock)
        {
            _settlements = new Settlements(_lock, _table, channel);
            return ++_epoch;
        }
    }

    /// <summary>The channel is gone: the broker delivers everything that was on it again.</summary>
    public void LoseChannel()
    {
        List<long>? lost = null;
        lock (_lock)
        {
            _epoch++;
            _settlements = null;
            _fetched.Clear();
            foreach (var row in _table.Rows.ToArray())
            {
                _table.Settle(row);
                FreePlace(row);
                switch (row.State)
                {
                    case DeliveryState.Fetched or DeliveryState.Held:
                        _table.Free(row);
                        break;
                    case DeliveryState.Out:
                        row.State = DeliveryState.Lost;
                        (lost ??= []).Add(row.Token);
                        break;
                }
            }
        }

        Tell(lost);
    }

    /// <summary>Adds what the broker pushed. The bytes are copied: they are the library's.</summary>
    public void Add(int epoch, int place, ulong tag, bool redelivered, IReadOnlyBasicProperties properties, ReadOnlySpan<byte> bytes)
    {
        var headers = MessageHeaders.Read(properties.Headers);
        var id = properties.MessageId ?? "";
        var buffer = _transport.Rent();
        buffer.Write(bytes);
        var brokerCount = headers.Before + MessageHeaders.Redeliveries(properties.Headers) + 1;
        var row = new DeliveryRow
        {
            Tag = tag,
            Epoch = epoch,
            Place = place,
            Id = id,
            Headers = headers,
            Bytes = buffer,
            BrokerCount = brokerCount,
            Count = Math.Max(1, brokerCount + (redelivered ? _transport.Notes.Find(id) : 0)),
            Arrived = _transport.Clock.GetTimestamp(),
            State = DeliveryState.Fetched,
        };
        lock (_lock)
        {
            if (epoch != _epoch)
            {
                buffer.Return();
                return;
            }

            _table.Add(row);
            _fetched.AddLast(row);
            if (_isStopped && !_isDisposed && (!row.IsKeyed || _areKeysCancelled))
            {
                GiveBack(row);
                return;
            }
        }

        RaiseIfReady();
    }

    /// <summary>Acknowledges what nobody took: it is purged. Returns how many.</summary>
    public async ValueTask<int> PurgeAsync(CancellationToken cancellationToken)
    {
        var purged = 0;
        for (var round = 0; round < 3; round++)
        {
            await _channel.FenceAsync(cancellationToken).ConfigureAwait(false);
            lock (_lock)
            {
                foreach (var row in _table.Unsettled.Where(static row => row.State == DeliveryState.Fetched).ToArray())
                {
                    _fetched.Remove(row);
                    _settlements?.Acknowledge(row.Tag);
                    _table.Free(row);
                    purged++;
                }
            }

            // What the fence brought is with the library's dispatcher still.
            await Task.Delay(2, cancellationToken).ConfigureAwait(false);
        }

        return purged;
    }
}
