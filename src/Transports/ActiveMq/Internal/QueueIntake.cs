using System.Text;
using HighPerf.Transports.ActiveMq.Stomp;
using Microsoft.Extensions.Logging;

namespace HighPerf.Transports.ActiveMq;

/// <summary>
/// What this process consumes of one queue: a connection of its own, a subscription per class and receiver, and all that the broker has handed out to it. The broker's lease is the
/// connection; a lease that ends by time, one message per key, and giving back in front are kept here, for all receivers of the queue in this process.
/// </summary>
internal sealed partial class QueueIntake : StompHandler
{
    private readonly Lock _lock = new();
    private readonly ActiveMqTransport _transport;
    private readonly DeliveryPool _pool = new();
    private readonly Settlements _settlements;
    private readonly List<ActiveMqReceiver> _receivers = [];
    private readonly List<Subscription> _subscriptions = [];
    private readonly PriorityQueue<DeliveryRow, long> _held = new();
    private readonly ITimer _timer;
    private readonly long _timeout;
    private TimeSpan _look = TimeSpan.FromMilliseconds(250);
    private Task _leaving = Task.CompletedTask;
    private long _earliestDeadline = long.MaxValue;
    private int _epoch;
    private int _lastSubscription;
    private int _nextReceiver;
    private int _moving;
    private int _marked;

    public QueueIntake(ActiveMqTransport transport, ActiveMqQueue queue)
    {
        _transport = transport;
        Queue = queue;
        _settlements = new Settlements(this);
        _timeout = (long)(transport.Options.PublishTimeout.TotalSeconds * Clock.TimestampFrequency);
        Client = transport.CreateClient($"receive {queue.Queue}", this);
        using (ExecutionContext.IsFlowSuppressed() ? default : ExecutionContext.SuppressFlow())
        {
            _timer = Clock.CreateTimer(static state => ((QueueIntake)state!).OnTimer(), this, _look, _look);
        }
    }

    public ActiveMqQueue Queue { get; }

    public StompClient Client { get; }

    public TimeProvider Clock => _transport.Clock;

    public ILogger Logger => _transport.Logger;

    /// <summary>Receivers and purges that need it.</summary>
    public int Users { get; set; }

    /// <summary>What is here of the queue: ready, held back until an instant.</summary>
    public async ValueTask<(int Ready, int Held)> CountAsync()
    {
        await Volatile.Read(ref _leaving).ConfigureAwait(false);
        lock (_lock)
        {
            return (_pool.Ready + _pool.InLine, _pool.Held);
        }
    }

    /// <summary>True for a message that is with a consumer here.</summary>
    public bool IsOut(ReadOnlySpan<byte> brokerId)
    {
        lock (_lock)
        {
            foreach (var row in _pool.Rows)
            {
                if (row.State is DeliveryState.Out or DeliveryState.Settling or DeliveryState.Held && row.BrokerId.SequenceEqual(brokerId))
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>Adds a receiver, with a share of what the broker hands out ahead.</summary>
    public async ValueTask<ActiveMqReceiver> OpenAsync(ReceiverOptions options, ReceiveSignal signal)
    {
        var receiver = new ActiveMqReceiver(this, options, signal);
        Subscription? subscription;
        lock (_lock)
        {
            subscription = _subscriptions.Where(free => !free.IsUsed && !free.IsPurge && !free.IsLeaving && free.Prefetch >= options.Prefetch).MinBy(static free => free.Prefetch);
            if (subscription is null)
            {
                _subscriptions.Add(subscription = new Subscription(++_lastSubscription, options.Prefetch));
            }

            subscription.IsUsed = true;
            receiver.Subscription = subscription;
            _receivers.Add(receiver);
            var look = TimeSpan.FromTicks(Math.Clamp(options.Lease.Ticks / 4, TimeSpan.TicksPerMillisecond * 5, _look.Ticks));
            if (look < _look)
            {
                _look = look;
                _timer.Change(look, look);
            }
        }

        try
        {
            await SubscribeAsync(subscription).ConfigureAwait(false);
        }
        catch
        {
            lock (_lock)
            {
                _receivers.Remove(receiver);
                _subscriptions.Remove(subscription);
            }

            throw;
        }

        return receiver;
    }

    /// <summary>Ends the connection; everybody has left.</summary>
    public async ValueTask DisposeAsync()
    {
        await Volatile.Read(ref _leaving).ConfigureAwait(false);
        await LeaveAsync(all: true).ConfigureAwait(false);
        await _timer.DisposeAsync().ConfigureAwait(false);
        await Client.DisposeAsync().ConfigureAwait(false);
    }

    public override void OnConnected(int epoch)
    {
        Subscription[] subscriptions;
        lock (_lock)
        {
            _epoch = epoch;
            _subscriptions.RemoveAll(static subscription => subscription.IsLeaving);
            subscriptions = [.. _subscriptions];
            Array.ForEach(subscriptions, subscription => subscription.Epoch = epoch);
        }

        foreach (var subscription in subscriptions)
        {
            Client.TryWrite(writer => WriteSubscribe(writer, subscription, null));
        }
    }

    public override void OnMessage(StompReader frame)
    {
        if (!TryReadSubscription(frame, out var number, out var priority))
        {
            return;
        }

        var buffer = _transport.Rent();
        foreach (var segment in frame.Body)
        {
            buffer.Write(segment.Span);
        }

        lock (_lock)
        {
            var subscription = Find(number);
            if (subscription is null or { IsLeaving: true } || (subscription.IsPurge && !IsToBePurged(frame)))
            {
                // The broker's again when the subscription ends.
                buffer.Return();
                return;
            }

            var row = _pool.Rent();
            Fill(row, frame, subscription, priority);
            row.Bytes = buffer;
            if (IsToBePurged(frame))
            {
                _lastArrival = Clock.GetTimestamp();
                _pool.Move(row, DeliveryState.Settling);
                _ = DiscardAsync(row);
            }
            else if (IsExpired(row))
            {
                EndExpired(row);
            }
            else
            {
                _pool.Admit(row);
                MarkReady();
            }
        }

        _settlements.Send();
        RaiseMarked();
    }

    public override void OnDisconnected(Exception reason)
    {
        var lost = new List<(ActiveMqReceiver Owner, long Token)>();
        lock (_lock)
        {
            _pool.ForgetOrder();
            _held.Clear();
            foreach (var row in _pool.Rows)
            {
                if (row.State is DeliveryState.None or DeliveryState.Lost)
                {
                    continue;
                }

                row.HoldsKey = false;
                row.IsVoid = true;
                Queue.Remember(row.BrokerId, row.Count);
                if (row.State == DeliveryState.Out)
                {
                    lost.Add((row.Owner!, row.Token));
                    FreePlace(row.Owner!);
                    _pool.Move(row, DeliveryState.Lost);
                }
                else if (row.State != DeliveryState.Settling)
                {
                    _pool.Free(row)?.Return();
                }
            }
        }

        if (lost.Count > 0)
        {
            ActiveMqLog.DeliveriesLost(Logger, Queue.ToString(), lost.Count, reason.Message);
        }

        RaiseLeaseLost(lost);
        RaiseMarked();
    }

    private Subscription? Find(int number)
    {
        foreach (var subscription in _subscriptions)
        {
            if (subscription.Number == number)
            {
                return subscription;
            }
        }

        return null;
    }

    private async ValueTask SubscribeAsync(Subscription subscription)
    {
        lock (_lock)
        {
            if (subscription.Epoch == _epoch)
            {
                return;
            }

            subscription.Epoch = _epoch;
        }

        try
        {
            await Client.CallAsync((writer, receipt) => WriteSubscribe(writer, subscription, receipt)).ConfigureAwait(false);
        }
        catch (StompConnectionException)
        {
            // The next connection says it.
        }
    }

    /// <summary>Gives back to the broker what nobody here has begun with, and takes no more.</summary>
    private async Task LeaveAsync(bool all)
    {
        List<DeliveryRow> given;
        Subscription[] leaving;
        lock (_lock)
        {
            leaving = [.. _subscriptions.Where(subscription => all || !subscription.IsPurge)];
            Array.ForEach(leaving, static subscription => subscription.IsLeaving = true);
            given = _pool.TakeWaiting();
            given.AddRange(TakeHeld());
        }

        // An ACK behind the UNSUBSCRIBE would be an error.
        await SettledAsync().ConfigureAwait(false);
        await UnsubscribeAsync(leaving).ConfigureAwait(false);
        lock (_lock)
        {
            foreach (var row in given)
            {
                Queue.Remember(row.BrokerId, row.Count);
                (row.IsVoid ? _pool.Free(row) : _pool.End(row))?.Return();
            }
        }
    }

    private async Task SettledAsync()
    {
        while (!_settlements.IsIdle || Volatile.Read(ref _moving) > 0)
        {
            await Task.Delay(1).ConfigureAwait(false);
        }
    }

    private async Task UnsubscribeAsync(Subscription[] leaving)
    {
        try
        {
            if (leaving.Length > 0)
            {
                await Client.CallAsync((writer, receipt) => WriteUnsubscribe(writer, leaving, receipt)).WaitAsync(_transport.Options.PublishTimeout, Clock).ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (exception is StompConnectionException or StompErrorException or TimeoutException)
        {
            // Without the connection they have ended; a broker that does not answer takes back when it notices.
        }

        lock (_lock)
        {
            _subscriptions.RemoveAll(subscription => leaving.Contains(subscription));
        }
    }

    private void WriteSubscribe(StompWriter writer, Subscription subscription, long? receipt)
    {
        // High first: what comes first is served first.
        for (var priority = ActiveMqNames.Classes - 1; priority >= 0; priority--)
        {
            writer.Command("SUBSCRIBE"u8);
            WriteId(writer, subscription, priority);
            writer.Raw("destination"u8, Queue.Names.Of(priority));
            writer.Raw("ack"u8, "client-individual"u8);
            writer.Header("activemq.prefetchSize"u8, subscription.Prefetch);
            if (receipt is { } number && priority == 0)
            {
                writer.Header("receipt"u8, number);
            }

            writer.End();
        }
    }

    private static void WriteUnsubscribe(StompWriter writer, Subscription[] leaving, long receipt)
    {
        foreach (var subscription in leaving)
        {
            for (var priority = 0; priority < ActiveMqNames.Classes; priority++)
            {
                writer.Command("UNSUBSCRIBE"u8);
                WriteId(writer, subscription, priority);
                if (subscription == leaving[^1] && priority == ActiveMqNames.Classes - 1)
                {
                    writer.Header("receipt"u8, receipt);
                }

                writer.End();
            }
        }
    }

    /// <summary>A subscription's number, and the class as its last digit.</summary>
    private static void WriteId(StompWriter writer, Subscription subscription, int priority) => writer.Header("id"u8, (subscription.Number * 10L) + priority);

    private static bool TryReadSubscription(StompReader frame, out int number, out int priority)
    {
        var id = frame.Number("subscription"u8, -1);
        (number, priority) = ((int)(id / 10), (int)(id % 10));
        return id >= 0 && priority < ActiveMqNames.Classes;
    }

    private void Fill(DeliveryRow row, StompReader frame, Subscription subscription, int priority)
    {
        frame.TryGet("ack"u8, out var ack);
        frame.TryGet("message-id"u8, out var id);
        row.SetIds(ack, id);
        row.Subscription = subscription;
        row.Priority = priority;
        row.Expires = frame.Number(ActiveMqHeaders.Expires);
        var before = (int)frame.Number(ActiveMqHeaders.Count);
        row.Before = Queue.Recall(id, frame.TryGet("redelivered"u8, out var redelivered) && redelivered.SequenceEqual("true"u8) ? before + 1 : before);
        if (frame.TryGet(ActiveMqHeaders.Key, out var key))
        {
            Span<char> characters = stackalloc char[256];
            row.Key = key.Length <= characters.Length ? _pool.Intern(characters[..Encoding.UTF8.GetChars(key, characters)]) : Encoding.UTF8.GetString(key);
        }
    }
}
