using System.Buffers;
using System.Runtime.CompilerServices;
using HighPerf.Connections;
using HighPerf.Transports.Nats.JetStream;
using HighPerf.Transports.Nats.Protocol;

namespace HighPerf.Transports.Nats;

/// <summary>
/// One receiver of a queue's consumers. What somebody asked for is pulled, by <see cref="ReceivePump"/>. NATS does not know whose a delivery is: a late settlement would end what
/// another process works on. So a delivery is this receiver's as long as its lease lasts by this side's clock and the connection is the one it came by, and not settled after that.
/// </summary>
internal sealed partial class NatsReceiver : Receiver
{
    private const int MaxSpare = 1024;

    private static readonly TimeSpan s_longestUnasked = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly DeliveryTable _table = new();
    private readonly NatsTransport _transport;
    private readonly NatsQueue _queue;
    private readonly ReceiveSignal _signal;
    private readonly ReceivePump _pump;
    private readonly ITimer _timer;
    private readonly int _prefetch;
    private readonly long _lease;
    private readonly Stack<SettleRequest> _spare = new();
    private readonly Queue<long> _expired = new();
    private int _demand;
    private bool _isArmed;
    private bool _isStarved;
    private bool _isStopped;
    private bool _isDisposed;

    public NatsReceiver(NatsTransport transport, NatsQueue queue, ReceiverOptions options, ReceiveSignal signal, int number)
    {
        _transport = transport;
        _queue = queue;
        _signal = signal;
        _prefetch = options.Prefetch;
        Lease = options.Lease;

        // The server's clock began when it sent: a little earlier than this side's.
        _lease = (long)(options.Lease.TotalSeconds * 0.98 * transport.Clock.TimestampFrequency);
        _pump = new ReceivePump(this, transport, queue, number);
        var look = TimeSpan.FromTicks(Math.Clamp(options.Lease.Ticks / 8, TimeSpan.TicksPerMillisecond * 5, TimeSpan.TicksPerSecond / 2));
        using (ExecutionContext.IsFlowSuppressed() ? default : ExecutionContext.SuppressFlow())
        {
            _timer = transport.Clock.CreateTimer(static state => ((NatsReceiver)state!).OnTimer(), this, look, look);
        }
    }

    public override Destination Source => _queue;

    public TimeSpan Lease { get; }

    public NatsQueue Queue => _queue;

    public bool IsStopped => Volatile.Read(ref _isStopped);

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
            var now = _transport.Clock.GetTimestamp();
            while (count < burst.Length && _table.TryTakeFetched(out var index))
            {
                ref var row = ref _table[index];
                if (now >= row.Deadline)
                {
                    // Too late to begin: by now it may be with somebody else.
                    Drop(ref row);
                    continue;
                }

                row.State = DeliveryState.Out;
                burst[count++] = new Delivery(this, new ReadOnlySequence<byte>(row.Bytes!.Memory[..row.Length]), row.Token, row.Count);
            }

            if (count == 0 && !_isStopped)
            {
                if (_table.Held >= _prefetch)
                {
                    LookForOverdue(now);
                }

                _isStarved = _table.Held >= _prefetch;
                _isArmed = !_isStarved;
                _demand = burst.Length;
            }
        }

        if (count == 0)
        {
            _pump.Wake();
        }
        else
        {
            _queue.OnRoom();
        }

        return count;
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
        _pump.Dispose();
        await _transport.ForgetAsync(this).ConfigureAwait(false);
        if (ReplyQueue.Is(Queue.Queue))
        {
            await ReplyStreams.RemoveAsync(_transport, Queue.Names).ConfigureAwait(false);
        }

        lock (_lock)
        {
            foreach (ref var row in _table.Rows)
            {
                if (row.State is DeliveryState.Out or DeliveryState.Lost or DeliveryState.Fetched)
                {
                    Free(ref row);
                }
            }
        }
    }

    /// <summary>Plans pulls under the lock that guards the lanes; the pump sends them.</summary>
    public T Plan<T>(Func<int, T> plan)
    {
        lock (_lock)
        {
            return plan(_isStopped || !_isArmed ? 0 : Math.Min(_demand, _prefetch - _table.Held));
        }
    }

    /// <summary>A delivery, or a word about a pull. On the connection's thread.</summary>
    public void OnMessage(Lane lane, in NatsFrame frame)
    {
        if (!AckSubject.TryParse(frame.ReplyTo, out var ack))
        {
            lock (_lock)
            {
                _pump.OnStatus(lane, frame.Status, frame.Subject[^1] == Lane.PollMark);
            }

            return;
        }

        var buffer = _transport.Rent();

        // All of it at once: it grows once.
        buffer.GetSpan((int)frame.Payload.Length + frame.ReplyTo.Length);
        foreach (var segment in frame.Payload)
        {
            buffer.Write(segment.Span);
        }

        var length = buffer.Length;
        buffer.Write(frame.ReplyTo);
        var headers = MessageHeaders.Read(frame.Headers);
        var uncounted = _queue.Released.Take(ack.Sequence);
        lock (_lock)
        {
            var now = _transport.Clock.GetTimestamp();
            _pump.OnDelivery(lane, in ack, now);
            if (_isStopped || _table.Held >= _prefetch)
            {
                GiveBack(lane, ack.Sequence, uncounted + 1, buffer.Span[length..]);
                buffer.Return();
                return;
            }

            ref var row = ref _table.Add(lane);
            row.Sequence = ack.Sequence;
            row.Count = Math.Max(1, headers.Before + ack.Delivered - uncounted);
            row.Uncounted = uncounted;
            row.Headers = headers;
            row.Bytes = buffer;
            row.Length = length;
            row.Epoch = _transport.Client.Connection.Epoch;
            row.ReceivedAt = now;
            row.Deadline = now + _lease;
            if (ack.Delivered > 1)
            {
                _table.LoseEarlier(ack.Sequence, row.Token);
            }

            if (headers.Expires > 0 && headers.Expires <= _transport.Clock.GetUtcNow().UtcTicks)
            {
                row.State = DeliveryState.Settling;
                _expired.Enqueue(row.Token);
            }
        }
    }

    /// <summary>What was read is complete: tells the consumer, once, or the pump.</summary>
    public void OnBurst()
    {
        bool signals, wakes;
        lock (_lock)
        {
            signals = _isArmed && _table.Fetched > 0 && _pump.IsComplete;
            wakes = _expired.Count > 0 || (_isArmed && !signals && _pump.IsComplete);
            if (signals)
            {
                _table.SortFetched();
                _isArmed = false;
            }
        }

        if (signals)
        {
            _signal.OnReady();
        }

        if (wakes)
        {
            _pump.Wake();
        }
    }

    /// <summary>The connection is gone, and with it all that came by it (contract D18).</summary>
    public void OnDisconnected()
    {
        List<long>? lost = null;
        lock (_lock)
        {
            _pump.Reset();
            foreach (ref var row in _table.Rows)
            {
                if (row.State == DeliveryState.Fetched)
                {
                    Drop(ref row);
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

        OnPlaceFreed();
        _pump.Wake();
    }

    private void OnTimer()
    {
        lock (_lock)
        {
            var now = _transport.Clock.GetTimestamp();
            LookForOverdue(now);
            _pump.OnTimer(now);
            foreach (ref var row in _table.Rows)
            {
                // Came by a tripwire when all hands were full: others may have one free.
                if (row.State == DeliveryState.Fetched && !_isArmed && _transport.Clock.GetElapsedTime(row.ReceivedAt, now) > s_longestUnasked)
                {
                    GiveBack(row.Lane, row.Sequence, row.Uncounted + 1, row.SettleSubject);
                    Free(ref row);
                }
            }
        }

        OnPlaceFreed();
        OnBurst();
    }

    private void LookForOverdue(long now)
    {
        foreach (ref var row in _table.Rows)
        {
            if (row.HoldsPlace && row.State == DeliveryState.Out && now >= row.Deadline)
            {
                _table.MakeOverdue(ref row);
                (row.Lane.MayHave, row.Lane.Estimate) = (true, long.MaxValue);
            }
        }
    }

    /// <summary>Not begun and not this receiver's any more: a delivery that does not count.</summary>
    private void Drop(ref DeliveryRow row)
    {
        _queue.GiveBack(row.Sequence, row.Lane.Index, row.Uncounted + 1, 0, row.SettleSubject);
        Free(ref row);
    }

    private void Free(ref DeliveryRow row) => _table.Free(ref row)?.Return();

    private void GiveBack(Lane lane, long sequence, int uncounted, ReadOnlySpan<byte> settle)
    {
        _queue.GiveBack(sequence, lane.Index, uncounted, 0, settle);
        _transport.Client.TrySettle(settle, Settlement.Release);
    }

    private void OnPlaceFreed()
    {
        if (!Volatile.Read(ref _isStarved))
        {
            return;
        }

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
