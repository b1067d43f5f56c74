using System.Buffers;
using System.Runtime.CompilerServices;
using HighPerf.Connections;
using HighPerf.Transports.Redis.Resp;
using Microsoft.Extensions.Logging;

namespace HighPerf.Transports.Redis;

/// <summary>
/// One consumer of a queue's group. What somebody asked for and nothing else is fetched, by <see cref="ReceivePump"/>. A delivery is this receiver's while the server has its
/// name and the delivery's count at the entry; settlements are checked against that, there.
/// </summary>
internal sealed class RedisReceiver : Receiver
{
    private readonly Lock _lock = new();
    private readonly DeliveryTable _table = new();
    private readonly RedisTransport _transport;
    private readonly RedisQueue _queue;
    private readonly ReceiveSignal _signal;
    private readonly Acknowledgements _acknowledgements;
    private readonly ReceiverCalls _calls;
    private readonly ReceivePump _pump;
    private readonly ITimer _timer;
    private readonly int _prefetch;
    private readonly long _lease;
    private readonly List<(int Stream, StreamId Id)> _expired = [];
    private int _demand;
    private bool _isArmed;
    private bool _isStarved;
    private bool _isStopped;
    private bool _isDisposed;

    public RedisReceiver(RedisTransport transport, RedisQueue queue, ReceiverOptions options, ReceiveSignal signal, string consumer)
    {
        _transport = transport;
        _queue = queue;
        _signal = signal;
        _prefetch = options.Prefetch;
        Lease = options.Lease;
        LeaseMilliseconds = (long)options.Lease.TotalMilliseconds;
        _lease = (long)(options.Lease.TotalSeconds * transport.Clock.TimestampFrequency);
        Consumer = consumer;
        _acknowledgements = new Acknowledgements(this, transport, queue);
        _calls = new ReceiverCalls(this, transport, queue);
        _pump = new ReceivePump(this, transport, queue);
        var look = TimeSpan.FromTicks(Math.Clamp(options.Lease.Ticks / 4, TimeSpan.TicksPerMillisecond * 5, TimeSpan.TicksPerSecond));
        using (ExecutionContext.IsFlowSuppressed() ? default : ExecutionContext.SuppressFlow())
        {
            _timer = transport.Clock.CreateTimer(static state => ((RedisReceiver)state!).OnTimer(), this, look, look);
        }
    }

    public override Destination Source => _queue;

    public string Consumer { get; }

    public TimeSpan Lease { get; }

    public long LeaseMilliseconds { get; }

    public TimeProvider Clock => _transport.Clock;

    public ILogger Logger => _transport.Logger;

    public ValueTask StartAsync(CancellationToken cancellationToken) => _pump.StartAsync(cancellationToken);

    public override int TryReceive(Span<Delivery> burst)
    {
        if (burst.IsEmpty)
        {
            return 0;
        }

        var count = 0;
        lock (_lock)
        {
            var now = Clock.GetTimestamp();
            while (count < burst.Length && _table.TryTakeFetched(out var index))
            {
                ref var row = ref _table[index];
                if (now >= row.Deadline)
                {
                    // Too late to begin: by now it may be with somebody else.
                    _table.Free(ref row)?.Return();
                    continue;
                }

                row.State = DeliveryState.Out;
                burst[count++] = new Delivery(this, new ReadOnlySequence<byte>(row.Bytes!.Memory), row.Token, row.Before + row.Times);
            }

            if (count > 0 || _isStopped)
            {
                return count;
            }

            if (_table.Held >= _prefetch)
            {
                _table.LookForOverdue(now);
            }

            if (_table.Held >= _prefetch)
            {
                _isStarved = true;
                return 0;
            }

            _isArmed = true;
            _demand = burst.Length;
        }

        _pump.Wake();
        return 0;
    }

    public override ValueTask<bool> AcknowledgeAsync(long token)
    {
        DeliveryRow row;
        lock (_lock)
        {
            if (!_table.TryBeginSettling(token, out row))
            {
                return new ValueTask<bool>(false);
            }
        }

        return _acknowledgements.Add(in row);
    }

    public override ValueTask<bool> ReleaseAsync(long token, TimeSpan delay, bool counted = true)
        => SettleAsync(token, RedisScript.Release, delay > TimeSpan.Zero ? (long)Math.Ceiling(Math.Min(delay.TotalMilliseconds, 1e14)) : 0, counted ? 1 : 0);

    public override async ValueTask<bool> DeadLetterAsync(long token, DeadLetterReason reason, string description)
        => await SettleAsync(token, RedisScript.DeadLetter, (int)reason, description, _transport.Options.MaxDeadLetters, (long)_transport.Options.DeadLetterRetryDelay.TotalMilliseconds, 1).ConfigureAwait(false);

    public override int Renew(Span<long> tokens)
    {
        DeliveryRow[] rows;
        lock (_lock)
        {
            rows = _table.TakeCurrent(tokens);
        }

        foreach (var piece in rows.Chunk(256))
        {
            Send(new RenewRequest(this, _queue, piece, Clock.GetTimestamp()), now: true);
        }

        return rows.Length;
    }

    public override async ValueTask StopAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            _isStopped = true;
            _isArmed = false;
        }

        await _pump.StopAsync().ConfigureAwait(false);
        await ReleaseAllAsync(static row => row.State == DeliveryState.Fetched).ConfigureAwait(false);
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

        await StopAsync(CancellationToken.None).ConfigureAwait(false);
        await ReleaseAllAsync(static row => row.State == DeliveryState.Out).ConfigureAwait(false);
        await _timer.DisposeAsync().ConfigureAwait(false);
        await _pump.DisposeAsync().ConfigureAwait(false);
        _transport.Forget(this);
        await _calls.LeaveAsync().ConfigureAwait(false);
        lock (_lock)
        {
            _table.FreeAll();
        }
    }

    /// <summary>How many the pump should fetch now; 0 for none.</summary>
    public int Wanted
    {
        get
        {
            lock (_lock)
            {
                return _isStopped || !_isArmed ? 0 : Math.Min(_demand, _prefetch - _table.Held);
            }
        }
    }

    /// <summary>Places that are free.</summary>
    public int Room
    {
        get
        {
            lock (_lock)
            {
                return _prefetch - _table.Held;
            }
        }
    }

    public bool IsStopped => Volatile.Read(ref _isStopped);

    /// <summary>Adds what was fetched. The bytes are copied: they belong to the connection.</summary>
    public void Add(int stream, StreamId id, int times, int before, string? key, in ReadOnlySequence<byte> bytes)
    {
        var buffer = _transport.Rent();
        foreach (var segment in bytes)
        {
            buffer.Write(segment.Span);
        }

        lock (_lock)
        {
            ref var row = ref _table.Add();
            row.Stream = stream;
            row.Id = id;
            row.Times = times;
            row.Before = before;
            row.Key = key;
            row.Bytes = buffer;
            row.Length = buffer.Length;

            // For this side's places only; whether the lease holds is decided at the server, where it began a moment ago.
            row.Deadline = Clock.GetTimestamp() + _lease;
            if (times > 1)
            {
                _table.LoseEarlier(stream, id, row.Token);
            }
        }
    }

    /// <summary>An entry that came when its time was over; ended by the pump.</summary>
    public void AddExpired(int stream, StreamId id)
    {
        lock (_lock)
        {
            _expired.Add((stream, id));
        }
    }

    /// <summary>What was fetched is complete: tells the consumer, once.</summary>
    public void OnReceived()
    {
        lock (_lock)
        {
            if (!_isArmed || _table.Fetched == 0)
            {
                return;
            }

            _isArmed = false;
        }

        _signal.OnReady();
    }

    /// <summary>Ends what expired on the way and gives back what exceeds the prefetch.</summary>
    public async ValueTask TidyAsync()
    {
        (int Stream, StreamId Id)[] expired;
        lock (_lock)
        {
            expired = [.. _expired];
            _expired.Clear();
        }

        foreach (var (stream, id) in expired)
        {
            await _calls.BuryExpiredAsync(stream, id).ConfigureAwait(false);
        }

        var excess = -Room;
        if (excess > 0)
        {
            await ReleaseAllAsync(row => row.State == DeliveryState.Fetched && excess-- > 0).ConfigureAwait(false);
        }
    }

    /// <summary>Gives back what the server has under this consumer's name and nobody here knows: answers that were lost, or what an earlier process of the name had.</summary>
    public async ValueTask ReconcileAsync(bool counted)
    {
        var unknown = await _calls.ReadHistoryAsync().ConfigureAwait(false);
        lock (_lock)
        {
            unknown.RemoveAll(row => _table.IsKnown(row.Stream, row.Id, row.Times));
        }

        await _calls.ReleaseAsync(unknown, counted).ConfigureAwait(false);
        if (unknown.Count > 0)
        {
            RedisLog.GivenBack(Logger, _queue.ToString(), Consumer, unknown.Count);
        }
    }

    public void Send(RespRequest request, bool now = false)
    {
        if (_queue.Node.Control.TrySend(request, now) != WriteAdmission.Admitted)
        {
            request.OnLost(new InvalidOperationException("Not connected, or too much to send."));
        }
    }

    public void EndRenewal(ReadOnlySpan<DeliveryRow> rows, string letters, long sentAt)
    {
        List<long>? lost = null;
        lock (_lock)
        {
            for (var i = 0; i < rows.Length && i < letters.Length; i++)
            {
                ref var row = ref _table.Find(rows[i].Token);
                if (Unsafe.IsNullRef(ref row))
                {
                    continue;
                }

                if (letters[i] == 'y')
                {
                    row.Deadline = sentAt + _lease;
                    _table.Revive(ref row);
                }
                else if (row.State == DeliveryState.Out)
                {
                    _table.Lose(ref row);
                    (lost ??= []).Add(row.Token);
                }
            }
        }

        foreach (var token in lost ?? [])
        {
            _signal.OnLeaseLost(this, token);
        }

        if (lost is not null)
        {
            OnPlaceFreed();
        }
    }

    /// <summary>Acknowledgements were answered: their rows are free.</summary>
    public void EndSettling(ReadOnlySpan<SettleRequest> requests)
    {
        lock (_lock)
        {
            foreach (var request in requests)
            {
                _table.Free(request.Token);
            }
        }

        OnPlaceFreed();
    }

    private async ValueTask<bool> SettleAsync(long token, RedisScript script, params object[] arguments)
    {
        DeliveryRow row;
        lock (_lock)
        {
            if (!_table.TryBeginSettling(token, out row))
            {
                return false;
            }
        }

        var letter = await _calls.CallUntilAnsweredAsync(script, [Consumer, row.Stream, row.Id.ToString(), row.Times, .. arguments]).ConfigureAwait(false);
        lock (_lock)
        {
            _table.Free(token);
        }

        if (letter == "r")
        {
            RedisLog.DeadLettersFull(Logger, _queue.ToString(), _transport.Options.MaxDeadLetters);
        }

        OnPlaceFreed();
        return letter is "y" or "r";
    }

    /// <summary>Gives deliveries back, uncounted, in the order in which they were published.</summary>
    private async ValueTask ReleaseAllAsync(Func<DeliveryRow, bool> which)
    {
        var rows = new List<DeliveryRow>();
        lock (_lock)
        {
            foreach (ref var row in _table.Rows)
            {
                if (row.State != DeliveryState.None && which(row))
                {
                    row.State = DeliveryState.Settling;
                    rows.Add(row);
                }
            }
        }

        rows.Sort(static (a, b) => a.Id.CompareTo(b.Id));
        await _calls.ReleaseAsync(rows, counted: false).ConfigureAwait(false);
        lock (_lock)
        {
            foreach (var row in rows)
            {
                _table.Free(row.Token);
            }
        }
    }

    private void OnTimer()
    {
        lock (_lock)
        {
            _table.LookForOverdue(Clock.GetTimestamp());
        }

        OnPlaceFreed();
    }

    private void OnPlaceFreed()
    {
        lock (_lock)
        {
            if (!_isStarved || _isStopped || _table.Held >= _prefetch)
            {
                return;
            }

            _isStarved = false;
        }

        _signal.OnReady();
    }
}
