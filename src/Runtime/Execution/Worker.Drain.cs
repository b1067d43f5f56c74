using HighPerf.Transports;

namespace HighPerf.Execution;

/// <summary>The worker's end: what has not started goes back, what runs may end.</summary>
internal sealed partial class Worker
{
    /// <summary>Stops fetching, gives back what has not started, waits for what runs, cancels it when the drain time is over.</summary>
    public async ValueTask StopAsync(CancellationToken cancellationToken)
    {
        if (_draining)
        {
            return;
        }

        _draining = true;
        if (_watch is not null)
        {
            await _watch.StopAsync().ConfigureAwait(false);
        }

        foreach (var consumer in _consumers)
        {
            await consumer.Receiver.StopAsync(cancellationToken).ConfigureAwait(false);
        }

        await GiveBackWaitingAsync().ConfigureAwait(false);
        await DrainAsync(cancellationToken).ConfigureAwait(false);

        _stopping = true;
        Volatile.Write(ref _ready, 1);
        while (_io.TryWake() || _cpu.TryWake())
        {
        }

        await _stopped.CancelAsync().ConfigureAwait(false);
        await Task.WhenAny(Task.WhenAll(_loops), Task.Delay(TimeSpan.FromSeconds(5), Clock, CancellationToken.None)).ConfigureAwait(false);
        await GiveBackWaitingAsync().ConfigureAwait(false);
    }

    private async ValueTask GiveBackWaitingAsync()
    {
        foreach (var item in _io.TakeAll().Concat(_cpu.TakeAll()))
        {
            await item.Delivery.Receiver.ReleaseAsync(item.Delivery.Token, TimeSpan.Zero, counted: false).ConfigureAwait(false);
        }
    }

    private async ValueTask DrainAsync(CancellationToken cancellationToken)
    {
        var started = Clock.GetTimestamp();
        var reported = TimeSpan.Zero;
        while (IsBusy)
        {
            var elapsed = Clock.GetElapsedTime(started);
            if (elapsed >= _options.DrainTimeout || cancellationToken.IsCancellationRequested)
            {
                await CancelRunningAsync().ConfigureAwait(false);
                return;
            }

            if (elapsed - reported >= TimeSpan.FromSeconds(1))
            {
                reported = elapsed;
                ExecutionLog.Draining(Logger, string.Join("; ", DescribeRunning()));
            }

            await Task.Delay(TimeSpan.FromMilliseconds(10), Clock, CancellationToken.None).ConfigureAwait(false);
        }
    }

    private bool IsBusy
    {
        get
        {
            foreach (var slot in _slots)
            {
                // An abandoned attempt is decided: what its task still does, it does for nobody.
                if (slot.Item is not null && slot.Phase != SlotPhase.Abandoned)
                {
                    return true;
                }
            }

            return false;
        }
    }

    private async ValueTask CancelRunningAsync()
    {
        var count = 0;
        foreach (var slot in _slots)
        {
            count += slot.TryCancel(slot.Number, CancellationReason.Shutdown) ? 1 : 0;
        }

        ExecutionLog.DrainOver(Logger, _options.DrainTimeout, count);
        var patience = Clock.GetTimestamp();
        while (IsBusy && Clock.GetElapsedTime(patience) < TimeSpan.FromSeconds(5))
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), Clock, CancellationToken.None).ConfigureAwait(false);
        }
    }
}
