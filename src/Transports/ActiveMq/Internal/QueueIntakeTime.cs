namespace HighPerf.Transports.ActiveMq;

/// <summary>What happens because time passes: leases that are over, held messages that are due, receipts that do not come.</summary>
internal sealed partial class QueueIntake
{
    private void OnTimer()
    {
        List<(ActiveMqReceiver Owner, long Token)>? lost;
        bool isHeldUp;
        lock (_lock)
        {
            var now = Clock.GetTimestamp();
            lost = now >= _earliestDeadline ? LapseOverdue(now) : null;
            while (_held.TryPeek(out _, out var due) && now >= due)
            {
                _pool.GiveBack(_held.Dequeue());
                MarkReady();
            }

            isHeldUp = _settlements.IsOverdue(now, _timeout);
        }

        if (isHeldUp)
        {
            Client.Connection.Abort(new TimeoutException($"No receipt for a settlement within {_transport.Options.PublishTimeout.TotalSeconds:0.#} s."));
        }

        RaiseLeaseLost(lost ?? []);
        RaiseMarked();
    }

    private static void RaiseLeaseLost(List<(ActiveMqReceiver Owner, long Token)> lost)
    {
        foreach (var (owner, token) in lost)
        {
            owner.RaiseLeaseLost(token);
        }
    }

    /// <summary>Ends the leases that are over, and finds out when the next one will be. Under the lock.</summary>
    private List<(ActiveMqReceiver Owner, long Token)>? LapseOverdue(long now)
    {
        List<(ActiveMqReceiver Owner, long Token)>? lost = null;
        _earliestDeadline = long.MaxValue;
        for (var i = 0; i < _pool.Rows.Count; i++)
        {
            if (_pool.Rows[i] is not { State: DeliveryState.Out } row)
            {
                continue;
            }

            if (now < row.Deadline)
            {
                _earliestDeadline = Math.Min(_earliestDeadline, row.Deadline);
                continue;
            }

            (lost ??= []).Add((row.Owner!, row.Token));
            Lapse(row);
        }

        return lost;
    }

    /// <summary>A lease is over: the message is ready again, under another row, because the holder may still be reading the bytes of this one.</summary>
    private void Lapse(DeliveryRow row)
    {
        var again = _pool.Rent();
        again.SetIds(row.AckId, row.BrokerId);
        (again.Sequence, again.Subscription, again.Priority) = (row.Sequence, row.Subscription, row.Priority);
        (again.Before, again.Key, again.HoldsKey, again.Expires) = (row.Count, row.Key, row.HoldsKey, row.Expires);
        again.Bytes = _transport.Rent();
        again.Bytes.Write(row.Bytes!.Span);
        row.HoldsKey = false;
        FreePlace(row.Owner!);
        _pool.Move(row, DeliveryState.Lost);
        _pool.GiveBack(again);
        MarkReady();
    }
}
