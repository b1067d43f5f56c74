using HighPerf.Transports.ActiveMq.Stomp;

namespace HighPerf.Transports.ActiveMq;

/// <summary>
/// Emptying a queue: there is no purge over STOMP, so what the broker hands out is acknowledged and dropped, until nothing comes any more. What is published after the beginning, by the
/// broker's clock, stays.
/// </summary>
internal sealed partial class QueueIntake
{
    private const int PurgePrefetch = 500;

    private long _purgeUntil;
    private long _lastArrival;
    private long _purged;

    /// <summary>Drops what is ready, and what waits here for its instant if asked.</summary>
    /// <param name="includeHeld">True also drops what waits.</param>
    /// <param name="until">The broker's clock at the beginning, in Unix milliseconds.</param>
    public async Task<long> PurgeAsync(bool includeHeld, long until)
    {
        Subscription subscription;
        lock (_lock)
        {
            subscription = new Subscription(++_lastSubscription, PurgePrefetch) { IsPurge = true };
            _subscriptions.Add(subscription);
            (_purgeUntil, _purged, _lastArrival) = (until, 0, Clock.GetTimestamp());
            foreach (var row in _pool.TakeWaiting().Concat(includeHeld ? TakeHeld() : []))
            {
                _ = DiscardAsync(row);
            }
        }

        _settlements.Send();
        await SubscribeAsync(subscription).ConfigureAwait(false);
        while (Clock.GetElapsedTime(Volatile.Read(ref _lastArrival)) < _transport.Options.PurgeQuiet || !_settlements.IsIdle)
        {
            await Task.Delay(_transport.Options.PurgeQuiet / 8, Clock).ConfigureAwait(false);
        }

        lock (_lock)
        {
            subscription.IsLeaving = true;
            _purgeUntil = 0;
        }

        await SettledAsync().ConfigureAwait(false);
        await UnsubscribeAsync([subscription]).ConfigureAwait(false);
        lock (_lock)
        {
            return _purged;
        }
    }

    private bool IsToBePurged(StompReader frame) => _purgeUntil != 0 && frame.Number("timestamp"u8) <= _purgeUntil;

    /// <summary>Acknowledges what nobody gets; the caller sends. Under the lock.</summary>
    private async Task DiscardAsync(DeliveryRow row)
    {
        row.IsDiscarded = true;
        await _settlements.Add(row).ConfigureAwait(false);
    }
}
