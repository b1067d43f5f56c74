using System.Runtime.CompilerServices;
using HighPerf.Connections;
using HighPerf.Transports.Redis.Resp;

namespace HighPerf.Transports.Redis;

/// <summary>
/// The receiving loop: when somebody wants messages it takes what is there, and when nothing is there it waits at the server, on a connection of its own, for at most a second;
/// then it looks again, because what falls due and what lapses wakes nobody.
/// </summary>
internal sealed class ReceivePump : IAsyncDisposable
{
    private static readonly TimeSpan s_longestWait = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_pauseAfterError = TimeSpan.FromSeconds(1);

    private readonly RedisReceiver _receiver;
    private readonly RedisQueue _queue;
    private readonly RespClient _waiting;
    private readonly WakeSignal _wake = new();
    private readonly TakeRequest _take;
    private readonly WaitRequest _wait;
    private readonly CancellationTokenSource _stopping = new();
    private readonly TimeSpan _scanInterval;
    private Task _loop = Task.CompletedTask;
    private long _nextScan;
    private int _epoch;
    private int _waitingEpoch;
    private volatile bool _isWaiting;

    public ReceivePump(RedisReceiver receiver, RedisTransport transport, RedisQueue queue)
    {
        _receiver = receiver;
        _queue = queue;
        _waiting = queue.Node.CreateReceiveClient();
        _take = new TakeRequest(receiver, queue, transport.Options);
        _wait = new WaitRequest(receiver, queue);
        _scanInterval = TimeSpan.FromTicks(Math.Clamp(receiver.Lease.Ticks / 4, TimeSpan.TicksPerMillisecond * 10, TimeSpan.TicksPerSecond));
    }

    public async ValueTask StartAsync(CancellationToken cancellationToken)
    {
        _waiting.Connection.Start();
        await _waiting.Connection.WaitUntilConnectedAsync(cancellationToken).ConfigureAwait(false);

        // What an earlier process of this name had: it was started there, and counts.
        _epoch = _queue.Node.Control.Connection.Epoch;
        _waitingEpoch = _waiting.Connection.Epoch;
        await _receiver.ReconcileAsync(counted: true).ConfigureAwait(false);
        using (ExecutionContext.IsFlowSuppressed() ? default : ExecutionContext.SuppressFlow())
        {
            _loop = Task.Run(RunAsync, CancellationToken.None);
        }
    }

    public void Wake() => _wake.Set();

    public async ValueTask StopAsync()
    {
        await _stopping.CancelAsync().ConfigureAwait(false);
        _wake.Set();
        while (!_loop.IsCompleted)
        {
            if (_isWaiting)
            {
                await UnblockAsync().ConfigureAwait(false);
            }

            await Task.WhenAny(_loop, Task.Delay(TimeSpan.FromMilliseconds(20))).ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _waiting.DisposeAsync().ConfigureAwait(false);
        _stopping.Dispose();
    }

    private async Task RunAsync()
    {
        while (!_receiver.IsStopped)
        {
            try
            {
                await RunOnceAsync().ConfigureAwait(false);
            }
            catch (Exception exception) when (exception is OperationCanceledException or RedisConnectionException)
            {
                // Stopping, or lost: the next round waits for the connection.
            }
            catch (Exception exception)
            {
                RedisLog.PumpFailed(_receiver.Logger, _queue.ToString(), exception);
                await PauseAsync().ConfigureAwait(false);
            }
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask RunOnceAsync()
    {
        if (_receiver.Wanted <= 0)
        {
            await _wake.WaitAsync().ConfigureAwait(false);
            return;
        }

        await EnsureConnectedAsync().ConfigureAwait(false);
        if (await TakeAsync().ConfigureAwait(false) || _receiver.Wanted is not (> 0 and var wanted))
        {
            return;
        }

        // Of several streams each may bring as many at once; one that waits is woken by one.
        var room = _receiver.Room;
        _wait.Count = Math.Max(1, Math.Min(wanted, room / RedisKeys.Streams));
        _wait.Time = Shortest(_take.NextDue, _receiver.Clock.GetElapsedTime(_receiver.Clock.GetTimestamp(), _nextScan));
        if (!await SendAsync(_waiting, _wait).ConfigureAwait(false))
        {
            return;
        }

        await _receiver.TidyAsync().ConfigureAwait(false);
    }

    /// <summary>Waits for both connections. After a loss answers may be missing: what came with them is given back.</summary>
    private async ValueTask EnsureConnectedAsync()
    {
        while (true)
        {
            await _queue.Node.Control.Connection.WaitUntilConnectedAsync(_stopping.Token).ConfigureAwait(false);
            await _waiting.Connection.WaitUntilConnectedAsync(_stopping.Token).ConfigureAwait(false);
            var (epoch, waitingEpoch) = (_queue.Node.Control.Connection.Epoch, _waiting.Connection.Epoch);
            if (epoch == _epoch && waitingEpoch == _waitingEpoch)
            {
                return;
            }

            await _queue.DeclareAsync(again: true).ConfigureAwait(false);
            await _receiver.ReconcileAsync(counted: false).ConfigureAwait(false);
            (_epoch, _waitingEpoch) = (epoch, waitingEpoch);
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> TakeAsync()
    {
        var clock = _receiver.Clock;
        var now = clock.GetTimestamp();
        _take.Count = _receiver.Wanted;
        _take.Scans = now >= _nextScan;
        if (_take.Scans)
        {
            // Between three and five quarters, so that many receivers do not look at the same moment.
            _nextScan = now + (long)(_scanInterval.TotalSeconds * (0.75 + (Random.Shared.NextDouble() / 2)) * clock.TimestampFrequency);
        }

        _take.ByText = false;
        await SendAsync(_queue.Node.Control, _take).ConfigureAwait(false);
        if (_take.Error is { } error && error.StartsWith("NOSCRIPT", StringComparison.Ordinal))
        {
            _take.ByText = true;
            await SendAsync(_queue.Node.Control, _take).ConfigureAwait(false);
        }

        return _take.Received > 0 || _take.Error is not null || _take.IsLost;
    }

    /// <summary>Sends and awaits; false when it was lost or refused, and then a moment has passed.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> SendAsync(RespClient client, ReceiveRequest request)
    {
        var answer = request.Begin();
        _isWaiting = ReferenceEquals(client, _waiting);
        var admission = client.TrySend(request);
        if (admission != WriteAdmission.Admitted)
        {
            request.OnLost(new InvalidOperationException("not sent"));
        }

        await answer.ConfigureAwait(false);
        _isWaiting = false;
        if (admission == WriteAdmission.Full)
        {
            await client.Connection.WaitForRoomAsync().ConfigureAwait(false);
        }

        if (request.Error is not { } error || error.StartsWith("NOSCRIPT", StringComparison.Ordinal) || error.StartsWith("UNBLOCKED", StringComparison.Ordinal))
        {
            return !request.IsLost;
        }

        if (error.Contains("NOGROUP", StringComparison.Ordinal))
        {
            await _queue.DeclareAsync(again: true).ConfigureAwait(false);
        }
        else
        {
            if (_queue.Node.OnServerError(error))
            {
                client.Connection.Abort(new HighPerfException(error));
            }

            RedisLog.CommandFailed(_receiver.Logger, _queue.ToString(), "receiving", error);
            await PauseAsync().ConfigureAwait(false);
        }

        return false;
    }

    private async ValueTask UnblockAsync()
    {
        try
        {
            await _queue.Node.Control.CallAsync("CLIENT", "UNBLOCK", _waiting.ClientId).ConfigureAwait(false);
        }
        catch (RedisConnectionException)
        {
            // Then the wait is over as well, or ends by its own time.
        }
    }

    private async Task PauseAsync()
    {
        try
        {
            await Task.Delay(s_pauseAfterError, _receiver.Clock, _stopping.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // Stopping ends the pause.
        }
    }

    private static TimeSpan Shortest(TimeSpan? due, TimeSpan scan)
    {
        var time = due is { } d && d < s_longestWait ? d + TimeSpan.FromMilliseconds(1) : s_longestWait;
        return scan < time ? scan : time;
    }
}
