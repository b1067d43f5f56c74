namespace HighPerf.Transports.RabbitMq;

/// <summary>What comes back: leases that lapse, retries that are due, and what goes to the broker for others.</summary>
internal sealed partial class RabbitMqReceiver
{
    private void OnTimer()
    {
        List<long>? lapsed;
        lock (_lock)
        {
            var now = _transport.Clock.GetTimestamp();
            lapsed = now >= _nextLapse ? Lapse(now) : null;
            foreach (var row in _table.Unsettled.Reverse().ToArray())
            {
                if (row.State == DeliveryState.Held && row.Deadline <= now)
                {
                    PutInFront(row);
                }
                else if (row.State == DeliveryState.Fetched && row.IsReturned && !row.IsKeyed && _transport.Clock.GetElapsedTime(row.Deadline, now) > s_patience)
                {
                    // Nobody asks here; somebody may elsewhere.
                    GiveBack(row);
                }
            }

            LookAtConsumerTimeout(now);
        }

        Tell(lapsed);
        AfterSettlement();
    }

    /// <summary>
    /// Whoever had a lease that is over keeps the bytes until he settles, and is told no then; the delivery goes on in another row, in front.
    /// </summary>
    private List<long>? Lapse(long now)
    {
        List<long>? lapsed = null;
        foreach (var row in _table.Unsettled.Where(row => row.State == DeliveryState.Out && row.Deadline <= now).Reverse().ToArray())
        {
            var copy = _transport.Rent();
            copy.Write(row.Bytes.Span);
            (lapsed ??= []).Add(row.Token);
            FreePlace(row);
            _fetched.FreeKey(row);
            _table.Settle(row);
            row.State = DeliveryState.Lost;
            var again = new DeliveryRow
            {
                State = DeliveryState.Fetched,
                Tag = row.Tag,
                Epoch = row.Epoch,
                Place = row.Place,
                Id = row.Id,
                Headers = row.Headers,
                Bytes = copy,
                BrokerCount = row.BrokerCount,
                Count = row.Count + 1,
                Arrived = row.Arrived,
                Deadline = now,
                IsReturned = true,
            };
            _table.Add(again);
            _fetched.AddFirst(again);
        }

        _nextLapse = _table.Unsettled.Where(static row => row.State == DeliveryState.Out).Select(static row => row.Deadline).DefaultIfEmpty(long.MaxValue).Min();
        lapsed?.Reverse();
        return lapsed;
    }

    /// <summary>Warns of what is out for long, and gives back what nobody took: the broker would close the channel.</summary>
    private void LookAtConsumerTimeout(long now)
    {
        const double Warning = 0.8;
        var limit = _transport.Options.ConsumerTimeout;
        foreach (var row in _table.Unsettled.TakeWhile(row => _transport.Clock.GetElapsedTime(row.Arrived, now) > limit / 2).ToArray())
        {
            if (row.State == DeliveryState.Fetched)
            {
                GiveBack(row);
            }
            else if (!row.IsWarned && _transport.Clock.GetElapsedTime(row.Arrived, now) > limit * Warning)
            {
                row.IsWarned = true;
                RabbitMqLog.NearConsumerTimeout(_transport.Logger, _queue.ToString(), _transport.Clock.GetElapsedTime(row.Arrived, now).TotalMinutes, limit.TotalMinutes);
            }
        }
    }

    /// <summary>To the front of what is here, under a new token.</summary>
    private void PutInFront(DeliveryRow row)
    {
        FreePlace(row);
        _fetched.FreeKey(row);
        row.State = DeliveryState.Fetched;
        row.IsReturned = true;
        row.Deadline = _transport.Clock.GetTimestamp();
        _table.Renew(row);
        _fetched.AddFirst(row);
        if (_isStopped && !row.IsKeyed)
        {
            GiveBack(row);
        }
    }

    /// <summary>To the front of the queue at the broker, which counts it; what that is off by is noted.</summary>
    private void GiveBack(DeliveryRow row)
    {
        if (row.State == DeliveryState.Fetched)
        {
            _fetched.Remove(row);
        }
        else
        {
            _fetched.FreeKey(row);
        }

        FreePlace(row);
        if (row.Id.Length > 0)
        {
            _transport.Notes.Add(row.Id, row.Count - (row.BrokerCount + 1));
        }

        _settlements?.Return(row.Tag);
        _table.Free(row);
    }

    /// <summary>Marks a delivery as being settled; null when it is not this receiver's any more.</summary>
    private DeliveryRow? TryBeginSettling(long token)
    {
        var row = _table.Find(token);
        if (row is { State: DeliveryState.Lost })
        {
            // The holder is done with the bytes now.
            _table.Free(row);
        }

        if (row is not { State: DeliveryState.Out })
        {
            return null;
        }

        row.State = DeliveryState.Settling;
        return row;
    }

    private void EndSettling(DeliveryRow row)
    {
        FreePlace(row);
        _fetched.FreeKey(row);
        _settlements?.Acknowledge(row.Tag);
        _table.Free(row);
    }

    /// <summary>Settles a delivery when its copy is where it should be. False when it was lost meanwhile: it comes again, and the copy with it.</summary>
    private async Task<bool> EndAsync(DeliveryRow row, long token, Func<Task<bool>> depart)
    {
        var departed = await depart().ConfigureAwait(false);
        var isSettled = false;
        lock (_lock)
        {
            if (row.Token == token && row.State == DeliveryState.Settling)
            {
                isSettled = departed && row.Epoch == _epoch;
                if (isSettled)
                {
                    EndSettling(row);
                }
                else if (row.Epoch == _epoch)
                {
                    GiveBack(row);
                }
                else
                {
                    _table.Free(row);
                }
            }
        }

        AfterSettlement();
        return isSettled;
    }

    private void HoldPlace(DeliveryRow row)
    {
        row.HoldsPlace = true;
        _out++;
        _keyedOut += row.IsKeyed ? 1 : 0;
    }

    private void FreePlace(DeliveryRow row)
    {
        if (row.HoldsPlace)
        {
            row.HoldsPlace = false;
            _out--;
            _keyedOut -= row.IsKeyed ? 1 : 0;
        }
    }

    private void AfterSettlement()
    {
        RaiseIfReady();
        _queue.Line.OnRoom();
        if (IsStopped && !Volatile.Read(ref _isDisposed))
        {
            _ = LeaveKeysAsync();
        }
    }

    /// <summary>Leaves the queues of ordering keys when nothing of them is out: the broker makes the next consumer the active one at once, and a key would be with two.</summary>
    private async Task LeaveKeysAsync()
    {
        lock (_lock)
        {
            if (!_isStopped || _areKeysCancelled || _keyedOut > 0)
            {
                return;
            }

            _areKeysCancelled = true;
        }

        await _channel.CancelAsync(keyed: true).ConfigureAwait(false);
        lock (_lock)
        {
            foreach (var row in _table.Unsettled.Where(static row => row.IsKeyed && row.State is (DeliveryState.Fetched or DeliveryState.Held)).ToArray())
            {
                GiveBack(row);
            }
        }
    }

    private void Tell(List<long>? lost)
    {
        foreach (var token in lost ?? [])
        {
            _signal.OnLeaseLost(this, token);
        }
    }

    private void RaiseIfReady()
    {
        lock (_lock)
        {
            if (!_isArmed || _isStopped || _out >= _prefetch || !_fetched.HasSome)
            {
                return;
            }

            _isArmed = false;
        }

        _signal.OnReady();
    }
}
