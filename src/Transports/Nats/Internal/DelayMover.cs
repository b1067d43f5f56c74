using System.Text;
using HighPerf.Connections;
using HighPerf.Transports.Nats.JetStream;
using HighPerf.Transports.Nats.Protocol;

namespace HighPerf.Transports.Nats;

/// <summary>
/// Brings delayed messages to their lanes. They wait in the queue's own stream: those that are due within two minutes below one subject, later ones below a subject per minute that
/// nobody looks at before its time. Each message is given back to the server until a second before its instant, so that the server has the timers, any process that receives from the
/// queue can go on where another one ended, and a mover keeps what is due within a second and nothing else.
/// </summary>
internal sealed class DelayMover : IAsyncDisposable
{
    private const int MaxHeld = 10_000;
    private const int MaxOpenMinutes = 64;

    private static readonly TimeSpan s_near = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan s_look = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_scan = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan s_held = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_again = TimeSpan.FromSeconds(0.5);
    private static readonly TimeSpan s_removed = TimeSpan.FromMinutes(3);

    private readonly Lock _lock = new();
    private readonly NatsTransport _transport;
    private readonly NatsQueue _queue;
    private readonly string _inbox;
    private readonly PriorityQueue<DelayedMessage, (long Due, long Sequence)> _held = new();
    private readonly Dictionary<string, DelayPull> _pulls = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _stopping = new();
    private readonly ITimer _timer;
    private readonly Task _loop;
    private long _nextScan;
    private int _epoch;
    private bool _isStopped;

    public DelayMover(NatsTransport transport, NatsQueue queue, int number)
    {
        _transport = transport;
        _queue = queue;
        _inbox = $"{transport.Client.InboxPrefix}d{number}";
        using (ExecutionContext.IsFlowSuppressed() ? default : ExecutionContext.SuppressFlow())
        {
            _timer = transport.Clock.CreateTimer(static state => ((DelayMover)state!).MoveDue(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            _loop = Task.Run(RunAsync);
        }
    }

    /// <summary>Where a message goes now: to its lane, or to where it waits for its instant.</summary>
    public static ReadOnlySpan<byte> SubjectFor(NatsQueue queue, long due, int lane, TimeProvider clock)
    {
        if (due == 0)
        {
            return queue.Names.Subject(lane);
        }

        var remaining = due - clock.GetUtcNow().UtcTicks;
        return remaining <= 0 ? queue.Names.Subject(lane)
            : remaining <= s_near.Ticks ? queue.Names.NearSubject
            : Encoding.ASCII.GetBytes(queue.Names.FarSubject(MinuteOf(due)));
    }

    /// <summary>A delayed message. On the connection's thread.</summary>
    public void OnMessage(in NatsFrame frame)
    {
        if (!AckSubject.TryParse(frame.ReplyTo, out var ack))
        {
            return;
        }

        var headers = MessageHeaders.Read(frame.Headers);
        var remaining = TimeSpan.FromTicks(headers.Due - _transport.Clock.GetUtcNow().UtcTicks);
        if (headers.Lane < 0 || headers.Lane >= _queue.Names.Lanes.Count)
        {
            // Nobody's message here: somebody published below a subject that is this queue's own.
            (headers.Lane, remaining) = (QueueNames.LaneOf(MessagePriority.Normal), TimeSpan.Zero);
        }

        lock (_lock)
        {
            if (_isStopped || remaining > s_held || _held.Count >= MaxHeld)
            {
                _transport.Client.TrySettle(frame.ReplyTo, Settlement.Release, _isStopped ? default : remaining > s_held ? remaining - s_again : s_again);
                return;
            }

            var buffer = _transport.Rent();
            foreach (var segment in frame.Payload)
            {
                buffer.Write(segment.Span);
            }

            _held.Enqueue(new DelayedMessage(_transport, _queue, headers, ack.Sequence, buffer, frame.ReplyTo.ToArray()), (headers.Due, ack.Sequence));
        }
    }

    /// <summary>Sends those whose instant has come, in the order of the instants.</summary>
    public void MoveDue()
    {
        lock (_lock)
        {
            var now = _transport.Clock.GetUtcNow().UtcTicks;
            while (!_isStopped && _held.TryPeek(out var message, out var order))
            {
                if (order.Due > now)
                {
                    // Rounded up: early is worse than late.
                    _timer.Change(TimeSpan.FromMilliseconds(Math.Ceiling(TimeSpan.FromTicks(order.Due - now).TotalMilliseconds)), Timeout.InfiniteTimeSpan);
                    return;
                }

                _held.Dequeue();
                message.Send();
            }
        }
    }

    /// <summary>Forgets what it keeps: it was purged, or the connection that it came by is gone.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            while (_held.TryDequeue(out var message, out _))
            {
                message.End();
            }
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        await _loop.ConfigureAwait(false);
        lock (_lock)
        {
            _isStopped = true;
            while (_held.TryDequeue(out var message, out _))
            {
                message.GiveBack(TimeSpan.Zero);
            }
        }

        foreach (var pull in _pulls.Values)
        {
            _transport.Client.Unsubscribe(pull);
            _transport.Client.Forget(pull);
        }

        await _timer.DisposeAsync().ConfigureAwait(false);
        _stopping.Dispose();
    }

    private static long MinuteOf(long ticks) => (ticks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMinute;

    private async Task RunAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                await RunOnceAsync().ConfigureAwait(false);
                await Task.Delay(s_look, _transport.Clock, _stopping.Token).ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is OperationCanceledException or NatsConnectionException)
            {
                // Stopping, or lost: the next round waits for the connection.
                await Task.Delay(TimeSpan.FromMilliseconds(20), CancellationToken.None).ConfigureAwait(false);
            }
            catch (Exception exception)
            {
                NatsLog.LoopFailed(_transport.Logger, _queue.ToString(), "delay", exception);
                await Task.Delay(s_look, CancellationToken.None).ConfigureAwait(false);
            }
        }
    }

    private async ValueTask RunOnceAsync()
    {
        var connection = _transport.Client.Connection;
        await connection.WaitUntilConnectedAsync(_stopping.Token).ConfigureAwait(false);
        if (connection.Epoch is var epoch && epoch != _epoch)
        {
            Clear();
            await OpenAsync(QueueNames.Near, Encoding.ASCII.GetString(_queue.Names.NearSubject), null).ConfigureAwait(false);
            foreach (var pull in _pulls.Values)
            {
                pull.Reset();
            }

            (_epoch, _nextScan) = (epoch, 0);
        }

        var now = _transport.Clock.GetTimestamp();
        if (now >= _nextScan)
        {
            await ScanAsync().ConfigureAwait(false);
            _nextScan = now + (long)(s_scan.TotalSeconds * (0.75 + (Random.Shared.NextDouble() / 2)) * _transport.Clock.TimestampFrequency);
        }

        foreach (var pull in _pulls.Values)
        {
            pull.Look(now);
        }
    }

    /// <summary>Opens the minutes that begin within one, closes those that are over and empty: the server removes their consumers when nobody pulls.</summary>
    private async ValueTask ScanAsync()
    {
        var info = await _transport.Api.GetStreamAsync(_queue.Names.Stream, _queue.Names.DelayRoot + "*").ConfigureAwait(false);
        var present = new SortedSet<long>();
        foreach (var subject in info.State?.Subjects?.Keys ?? Enumerable.Empty<string>())
        {
            if (long.TryParse(subject.AsSpan(_queue.Names.DelayRoot.Length), System.Globalization.NumberStyles.HexNumber, System.Globalization.CultureInfo.InvariantCulture, out var minute))
            {
                present.Add(minute);
            }
        }

        var current = MinuteOf(_transport.Clock.GetUtcNow().UtcTicks);
        foreach (var minute in present.TakeWhile(minute => minute <= current + 1).Take(MaxOpenMinutes))
        {
            if (!_pulls.ContainsKey(QueueNames.FarName(minute)))
            {
                await OpenAsync(QueueNames.FarName(minute), _queue.Names.FarSubject(minute), s_removed).ConfigureAwait(false);
            }
        }

        foreach (var pull in _pulls.Values.Where(pull => pull.Minute is { } minute && minute < current && !present.Contains(minute)).ToArray())
        {
            _pulls.Remove(pull.Name);
            _transport.Client.Unsubscribe(pull);
            _transport.Client.Forget(pull);
        }
    }

    private async ValueTask OpenAsync(string name, string subject, TimeSpan? inactiveTime)
    {
        var consumer = "d-" + name;
        if (await _transport.Api.FindConsumerAsync(_queue.Names.Stream, consumer).ConfigureAwait(false) is null)
        {
            await _transport.Api.CreateConsumerAsync(_queue.Names.Stream, Consumers.ConfigureDelay(consumer, subject, inactiveTime)).ConfigureAwait(false);
        }

        if (!_pulls.ContainsKey(name))
        {
            var pull = new DelayPull(this, _transport, _queue.Names.Stream, name, consumer, $"{_inbox}.{name}");
            _pulls.Add(name, pull);
            _transport.Client.Subscribe(pull);
        }
    }
}
