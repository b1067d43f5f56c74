using System.Runtime.CompilerServices;
using HighPerf.Connections;
using HighPerf.Transports.Nats.JetStream;
using HighPerf.Transports.Nats.Protocol;

namespace HighPerf.Transports.Nats;

/// <summary>
/// The receiving loop: when somebody wants messages it polls the lanes that may have some, each for its share, and sets tripwires on the others. The lanes' state is guarded by the
/// receiver's lock, which the members without await expect to be held.
/// </summary>
internal sealed class ReceivePump : IDisposable
{
    // Of the first pulls on a connection: what is there already comes in the order in which it was published.
    private static readonly TimeSpan s_gatherTime = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan s_longestPoll = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan s_pauseAfterError = TimeSpan.FromMilliseconds(500);

    private readonly NatsReceiver _receiver;
    private readonly NatsTransport _transport;
    private readonly NatsQueue _queue;
    private readonly Lane[] _lanes;
    private readonly Func<int, bool> _plan;
    private readonly WakeSignal _wake = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly List<(Lane Lane, int Count)> _polls = [];
    private readonly List<Lane> _tripwires = [];
    private Task _loop = Task.CompletedTask;
    private int _pollsOut;
    private int _epoch;
    private bool _isFirst;
    private bool _isGathering;
    private bool _isBroken;

    public ReceivePump(NatsReceiver receiver, NatsTransport transport, NatsQueue queue, int number)
    {
        _receiver = receiver;
        _transport = transport;
        _queue = queue;
        _plan = Plan;
        _lanes = [.. queue.Names.Lanes.Select((_, lane) => new Lane(receiver, transport.Client, queue.Names, lane, $"{transport.Client.InboxPrefix}r{number}"))];
    }

    /// <summary>True when no poll is out: what came is what there was.</summary>
    public bool IsComplete => _pollsOut == 0 && !_isGathering;

    public async ValueTask StartAsync(CancellationToken cancellationToken)
    {
        foreach (var lane in _lanes)
        {
            _transport.Client.Subscribe(lane);
        }

        await EnsureReadyAsync(cancellationToken).ConfigureAwait(false);
        using (ExecutionContext.IsFlowSuppressed() ? default : ExecutionContext.SuppressFlow())
        {
            _loop = Task.Run(RunAsync, CancellationToken.None);
        }
    }

    public void Wake() => _wake.Set();

    /// <summary>Stops pulling. When it is done nothing comes any more.</summary>
    public async ValueTask StopAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        _wake.Set();
        await _loop.ConfigureAwait(false);
        foreach (var lane in _lanes)
        {
            _transport.Client.Unsubscribe(lane);
        }

        try
        {
            await _transport.Api.CheckAsync().ConfigureAwait(false);
        }
        catch (HighPerfException)
        {
            // No connection, no deliveries.
        }
    }

    public void Dispose()
    {
        foreach (var lane in _lanes)
        {
            _transport.Client.Forget(lane);
        }

        _stopping.Dispose();
    }

    public void OnDelivery(Lane lane, in AckSubject ack, long now)
    {
        lane.HeardAt = now;

        // Deliveries that come again are not among those that are pending.
        lane.Estimate = ack.Delivered > 1 ? long.MaxValue : ack.Pending;
        lane.MayHave = lane.Estimate > 0;
        if (lane.PollLeft > 0)
        {
            _pollsOut -= --lane.PollLeft == 0 ? 1 : 0;
        }
        else
        {
            lane.HasTripwire = false;
        }
    }

    public void OnStatus(Lane lane, int status, bool isPoll)
    {
        const int Heartbeat = 100;
        const int NoMessages = 404;
        const int TimeOut = 408;
        lane.HeardAt = _transport.Clock.GetTimestamp();
        if (status == Heartbeat)
        {
            return;
        }

        if (isPoll)
        {
            EndPoll(lane);
            lane.MayHave = false;
        }
        else
        {
            lane.HasTripwire = false;
        }

        if (status is not (NoMessages or TimeOut))
        {
            // 503 and 409: the consumer is not there, has no leader or too many that wait.
            lane.MayHave = true;
            _isBroken = true;
        }
    }

    /// <summary>What was asked for and does not come is asked for again.</summary>
    public void OnTimer(long now)
    {
        foreach (var lane in _lanes)
        {
            var silent = _transport.Clock.GetElapsedTime(lane.HeardAt, now);
            if (lane.PollLeft > 0 && silent > s_longestPoll)
            {
                EndPoll(lane);
            }
            else if (lane.HasTripwire && silent > Lane.LongestSilence)
            {
                lane.HasTripwire = false;
                lane.MayHave = true;
                NatsLog.Silent(_transport.Logger, _queue.ToString(), lane.Name);
            }
        }
    }

    /// <summary>The connection is gone, and all pulls with it.</summary>
    public void Reset()
    {
        foreach (var lane in _lanes)
        {
            lane.Reset();
        }

        _pollsOut = 0;
        _isGathering = false;
    }

    private void EndPoll(Lane lane)
    {
        if (lane.PollLeft > 0)
        {
            lane.PollLeft = 0;
            _pollsOut--;
        }
    }

    private async Task RunAsync()
    {
        while (!_stopping.IsCancellationRequested)
        {
            try
            {
                await RunOnceAsync().ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is OperationCanceledException or NatsConnectionException)
            {
                // Stopping, or lost: the next round waits for the connection.
                await PauseAsync(TimeSpan.FromMilliseconds(20)).ConfigureAwait(false);
            }
            catch (Exception exception)
            {
                NatsLog.LoopFailed(_transport.Logger, _queue.ToString(), "receiving", exception);
                await PauseAsync(s_pauseAfterError).ConfigureAwait(false);
            }
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask RunOnceAsync()
    {
        await EnsureReadyAsync(_stopping.Token).ConfigureAwait(false);
        await _receiver.TidyAsync().ConfigureAwait(false);
        if (!_receiver.Plan(_plan))
        {
            await _wake.WaitAsync().ConfigureAwait(false);
            return;
        }

        var admission = WriteAdmission.Admitted;
        foreach (var lane in _tripwires)
        {
            admission = admission == WriteAdmission.Admitted ? lane.SetTripwire() : admission;
        }

        foreach (var (lane, count) in _polls)
        {
            admission = admission == WriteAdmission.Admitted ? lane.Poll(count) : admission;
        }

        if (admission != WriteAdmission.Admitted)
        {
            _receiver.Plan(_ =>
            {
                Reset();
                return 0;
            });
            await _transport.Client.Connection.WaitForRoomAsync().ConfigureAwait(false);
            return;
        }

        if (_isGathering)
        {
            await Task.Delay(s_gatherTime, _transport.Clock).ConfigureAwait(false);
            _receiver.Plan(_ => _isGathering = false);
            _receiver.OnBurst();
        }
    }

    /// <summary>Which pulls to send for so many messages. False: none.</summary>
    private bool Plan(int wanted)
    {
        _polls.Clear();
        _tripwires.Clear();
        if (wanted <= 0 || _pollsOut > 0)
        {
            return false;
        }

        var now = _transport.Clock.GetTimestamp();
        Span<int> shares = stackalloc int[QueueNames.Classes];
        Share(wanted, shares);
        foreach (var lane in _lanes)
        {
            var share = lane.IsShard ? 0 : shares[lane.Index];
            if (share > 0)
            {
                lane.PollLeft = share;
                lane.HeardAt = now;
                _pollsOut++;
                _polls.Add((lane, share));
            }
            else if (!lane.HasTripwire && (lane.IsShard ? lane.Held == 0 : !lane.MayHave))
            {
                lane.HasTripwire = true;
                lane.HeardAt = now;
                _tripwires.Add(lane);
            }
        }

        _isGathering = _isFirst;
        _isFirst = false;
        return _polls.Count + _tripwires.Count > 0;
    }

    /// <summary>Smooth weighted round-robin over the classes that may have something.</summary>
    private void Share(int wanted, Span<int> shares)
    {
        shares.Clear();
        for (; wanted > 0; wanted--)
        {
            Lane? best = null;
            var total = 0;
            foreach (var lane in _lanes.AsSpan(0, QueueNames.Classes))
            {
                if (lane.MayHave && !lane.HasTripwire && shares[lane.Index] < Math.Max(lane.Estimate, 1))
                {
                    lane.Credit += lane.Weight;
                    total += lane.Weight;
                    best = best is null || lane.Credit > best.Credit ? lane : best;
                }
            }

            if (best is null)
            {
                return;
            }

            best.Credit -= total;
            shares[best.Index]++;
        }
    }

    /// <summary>Waits for the connection. On a new one the queue's objects are looked at again: the server may be another.</summary>
    private async ValueTask EnsureReadyAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var connection = _transport.Client.Connection;
            await connection.WaitUntilConnectedAsync(cancellationToken).ConfigureAwait(false);
            var epoch = connection.Epoch;
            if (epoch == _epoch && !_isBroken)
            {
                return;
            }

            if (_isBroken)
            {
                _isBroken = false;
                await PauseAsync(s_pauseAfterError).ConfigureAwait(false);
            }

            await _queue.DeclareAsync(again: true).ConfigureAwait(false);
            await Consumers.DeclareAsync(_transport, _queue, _receiver.Lease).ConfigureAwait(false);
            (_epoch, _isFirst) = (epoch, true);
        }
    }

    private async Task PauseAsync(TimeSpan time)
    {
        try
        {
            await Task.Delay(time, _transport.Clock, _stopping.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Stopping ends the pause.
        }
    }
}
