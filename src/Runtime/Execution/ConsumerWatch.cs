using HighPerf.Transports;

namespace HighPerf.Execution;

/// <summary>
/// The watchdog that no client library gives: the most frequent fault of long-lived consumers is that they are connected again and bring nothing any more. A consumer that
/// brought nothing for a while, although slots are free and its queue says that messages are ready, is opened anew. What the old one brought is still settled through it.
/// </summary>
internal sealed class ConsumerWatch : IAsyncDisposable
{
    private const int LooksPerLimit = 3;

    private readonly Worker _worker;
    private readonly TimeSpan _limit;
    private readonly long[] _taken;
    private readonly long[] _since;
    private readonly List<Receiver> _retired = [];
    private readonly CancellationTokenSource _stopped = new();
    private readonly Task _looking;

    public ConsumerWatch(Worker worker, TimeSpan limit)
    {
        _worker = worker;
        _limit = limit;
        _taken = new long[worker.Consumers.Length];
        _since = new long[_taken.Length];
        Array.Fill(_since, worker.Clock.GetTimestamp());
        _looking = LookAsync(_stopped.Token);
    }

    /// <summary>Stops looking: nothing is opened any more.</summary>
    public async ValueTask StopAsync()
    {
        await _stopped.CancelAsync().ConfigureAwait(false);
        await _looking.ConfigureAwait(false);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync().ConfigureAwait(false);
        foreach (var receiver in _retired)
        {
            await receiver.DisposeAsync().ConfigureAwait(false);
        }

        _stopped.Dispose();
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(_limit / LooksPerLimit, _worker.Clock);
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false);
                await DisposeRetiredAsync().ConfigureAwait(false);
                for (var i = 0; i < _taken.Length; i++)
                {
                    await LookAtAsync(i, cancellationToken).ConfigureAwait(false);
                }
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception exception)
            {
                // The broker is away, or refuses: the next look tries again.
                ExecutionLog.ConsumerWatchFailed(_worker.Logger, exception);
            }
        }
    }

    private async ValueTask LookAtAsync(int index, CancellationToken cancellationToken)
    {
        var now = _worker.Clock.GetTimestamp();
        var taken = _worker.Consumers[index].Taken;
        if (taken != _taken[index] || !_worker.HasFreeSlot)
        {
            _taken[index] = taken;
            _since[index] = now;
            return;
        }

        var idle = _worker.Clock.GetElapsedTime(_since[index], now);
        if (idle < _limit)
        {
            return;
        }

        var old = _worker.Consumers[index].Receiver;
        var length = await old.Source.Transport.GetLengthAsync(old.Source.Queue, cancellationToken).ConfigureAwait(false);
        if (length.Ready <= 0 || _worker.Consumers[index].Taken != taken)
        {
            _since[index] = now;
            return;
        }

        ExecutionLog.ConsumerRebuilt(_worker.Logger, old.Source, length.Ready, idle);
        await _worker.ReplaceAsync(index, cancellationToken).ConfigureAwait(false);
        _retired.Add(old);
        _since[index] = _worker.Clock.GetTimestamp();
        await old.StopAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Those with nothing out any more.</summary>
    private async ValueTask DisposeRetiredAsync()
    {
        for (var i = _retired.Count - 1; i >= 0; i--)
        {
            if (!_worker.Holds(_retired[i]))
            {
                await _retired[i].DisposeAsync().ConfigureAwait(false);
                _retired.RemoveAt(i);
            }
        }
    }
}
