using System.Runtime.CompilerServices;
using HighPerf.Connections;
using HighPerf.Transports.Nats.Protocol;

namespace HighPerf.Transports.Nats;

/// <summary>Settlements and leases.</summary>
internal sealed partial class NatsReceiver
{
    /// <summary>A negative acknowledgement with a delay holds a place among those that are out, at the server: longer ones wait where delayed messages do.</summary>
    private static readonly TimeSpan s_longestHeld = TimeSpan.FromMinutes(1);

    public override ValueTask<bool> AcknowledgeAsync(long token)
    {
        SettleRequest request;
        lock (_lock)
        {
            if (!TryBeginSettling(token))
            {
                return new ValueTask<bool>(false);
            }

            request = Prepare(token, Settlement.Acknowledge, default);
        }

        return SendAsync(request);
    }

    public override async ValueTask<bool> ReleaseAsync(long token, TimeSpan delay, bool counted = true)
    {
        DeliveryRow row;
        lock (_lock)
        {
            if (!TryBeginSettling(token))
            {
                return false;
            }

            row = _table.Find(token);
        }

        var uncounted = row.Uncounted + (counted ? 0 : 1);
        if (delay > s_longestHeld && !row.Lane.IsShard)
        {
            var due = _transport.Clock.GetUtcNow().UtcTicks + delay.Ticks;
            row.Headers.Due = due;
            row.Headers.Before = Math.Max(0, row.Count - (counted ? 0 : 1));
            if (await CopyRequest.SendAsync(_transport, _queue, row.Headers, row.Sequence, 'r', row.Bytes!.Memory[..row.Length]).ConfigureAwait(false) is null)
            {
                return await SettleAsync(token, Settlement.Acknowledge).ConfigureAwait(false);
            }

            delay = s_longestHeld;
        }

        // Known before the server knows: it may be delivered again before the answer is here. A key that is blocked for longer than a minute is blocked there.
        _queue.GiveBack(row.Sequence, row.Lane.Index, uncounted, delay > TimeSpan.Zero ? _transport.Clock.GetUtcNow().UtcTicks + delay.Ticks : 0, row.SettleSubject);
        return await SettleAsync(token, Settlement.Release, delay).ConfigureAwait(false);
    }

    public override async ValueTask<bool> DeadLetterAsync(long token, DeadLetterReason reason, string description)
    {
        DeliveryRow row;
        lock (_lock)
        {
            if (!TryBeginSettling(token))
            {
                return false;
            }

            row = _table.Find(token);
        }

        return await DeadLetterAsync(row, reason, description, row.Count).ConfigureAwait(false);
    }

    public override int Renew(Span<long> tokens)
    {
        var current = 0;
        var client = _transport.Client;
        lock (_lock)
        {
            var now = _transport.Clock.GetTimestamp();
            foreach (ref var token in tokens)
            {
                ref var row = ref _table.Find(token);
                if (Unsafe.IsNullRef(ref row) || row.State is not (DeliveryState.Out or DeliveryState.Settling) || (row.State == DeliveryState.Out && now >= row.Deadline))
                {
                    token = 0;
                    continue;
                }

                current++;
                if (client.TryPublish(row.SettleSubject, default, "+WPI"u8) == WriteAdmission.Admitted)
                {
                    // The server's clock begins when it reads this: later than this side's.
                    row.Deadline = now + _lease;
                }
            }
        }

        return current;
    }

    /// <summary>Ends those that expired on the way.</summary>
    public async ValueTask TidyAsync()
    {
        while (true)
        {
            DeliveryRow row;
            lock (_lock)
            {
                if (!_expired.TryDequeue(out var token))
                {
                    return;
                }

                ref var expired = ref _table.Find(token);
                if (Unsafe.IsNullRef(ref expired))
                {
                    continue;
                }

                row = expired;
            }

            await DeadLetterAsync(row, DeadLetterReason.Expired, "Its time was over before it was delivered.", row.Count - 1).ConfigureAwait(false);
        }
    }

    /// <summary>Ends what was pulled and not asked for, for a purge; how many.</summary>
    public async ValueTask<int> PurgeUnaskedAsync()
    {
        var tokens = new List<long>();
        lock (_lock)
        {
            foreach (ref var row in _table.Rows)
            {
                if (row.State == DeliveryState.Fetched && !row.IsOverdue)
                {
                    row.State = DeliveryState.Settling;
                    tokens.Add(row.Token);
                }
            }
        }

        var count = 0;
        foreach (var token in tokens)
        {
            count += await SettleAsync(token, Settlement.Terminate).ConfigureAwait(false) ? 1 : 0;
        }

        return count;
    }

    public void EndSettling(SettleRequest request, bool isSettled)
    {
        lock (_lock)
        {
            ref var row = ref _table.Find(request.Token);
            if (!Unsafe.IsNullRef(ref row))
            {
                Free(ref row);
            }
        }

        request.Complete(isSettled);
        OnPlaceFreed();
        _queue.OnRoom();
    }

    public void Recycle(SettleRequest request)
    {
        lock (_lock)
        {
            if (_spare.Count < MaxSpare)
            {
                _spare.Push(request);
            }
        }
    }

    /// <summary>Marks a delivery as being settled; false when it is not this receiver's any more. Under the lock.</summary>
    private bool TryBeginSettling(long token)
    {
        ref var row = ref _table.Find(token);
        if (Unsafe.IsNullRef(ref row))
        {
            return false;
        }

        if (row.State == DeliveryState.Out && _transport.Clock.GetTimestamp() >= row.Deadline)
        {
            _table.Lose(ref row);
        }

        if (row.State == DeliveryState.Lost)
        {
            // The holder is done with the bytes now.
            Free(ref row);
            return false;
        }

        if (row.State != DeliveryState.Out)
        {
            return false;
        }

        row.State = DeliveryState.Settling;
        return true;
    }

    /// <summary>Sends the settlement of a row that is being settled; its row ends with the answer.</summary>
    private ValueTask<bool> SettleAsync(long token, Settlement settlement, TimeSpan delay = default)
    {
        SettleRequest request;
        lock (_lock)
        {
            request = Prepare(token, settlement, delay);
        }

        return SendAsync(request);
    }

    private SettleRequest Prepare(long token, Settlement settlement, TimeSpan delay)
    {
        ref var row = ref _table.Find(token);
        var request = _spare.TryPop(out var spare) ? spare : new SettleRequest(this);
        (request.Token, request.Settlement, request.Delay) = (token, settlement, delay);
        (request.Buffer, request.Length, request.Epoch) = (row.Bytes, row.Length, row.Epoch);
        return request;
    }

    private ValueTask<bool> SendAsync(SettleRequest request)
    {
        var task = request.Task;
        switch (_transport.Client.TrySend(request))
        {
            case WriteAdmission.Disconnected:
                EndSettling(request, isSettled: false);
                break;
            case WriteAdmission.Full:
                _ = SendSlowlyAsync(request);
                break;
        }

        return task;
    }

    private async Task SendSlowlyAsync(SettleRequest request)
    {
        var client = _transport.Client;
        WriteAdmission admission;
        do
        {
            await client.Connection.WaitForRoomAsync().ConfigureAwait(false);
            admission = client.TrySend(request);
        }
        while (admission == WriteAdmission.Full);
        if (admission == WriteAdmission.Disconnected)
        {
            EndSettling(request, isSettled: false);
        }
    }

    /// <summary>Copies a message to the dead letters and, when they have it, ends it; else it is delivered again later.</summary>
    private async ValueTask<bool> DeadLetterAsync(DeliveryRow row, DeadLetterReason reason, string description, int count)
    {
        string? refusal;
        try
        {
            refusal = await DeadLetters.AddAsync(_transport, _queue, row.Headers with { Lane = row.Lane.Index }, row.Sequence, reason, description, count, row.Bytes!.Memory[..row.Length]).ConfigureAwait(false);
        }
        catch (NatsConnectionException exception)
        {
            refusal = exception.Message;
        }

        if (refusal is null)
        {
            return await SettleAsync(row.Token, Settlement.Terminate).ConfigureAwait(false);
        }

        NatsLog.DeadLetterRefused(_transport.Logger, _queue.ToString(), refusal);
        var delay = _transport.Options.DeadLetterRetryDelay;
        _queue.GiveBack(row.Sequence, row.Lane.Index, row.Uncounted, _transport.Clock.GetUtcNow().UtcTicks + delay.Ticks, row.SettleSubject);
        return await SettleAsync(row.Token, Settlement.Release, delay).ConfigureAwait(false);
    }

    /// <summary>Gives deliveries back, uncounted, in the order in which they were published.</summary>
    private async ValueTask ReleaseAllAsync(Func<DeliveryRow, bool> which)
    {
        var rows = new List<DeliveryRow>();
        lock (_lock)
        {
            foreach (ref var row in _table.Rows)
            {
                if (row.State != DeliveryState.None && which(row))
                {
                    if (row.IsOverdue)
                    {
                        Free(ref row);
                        continue;
                    }

                    row.State = DeliveryState.Settling;
                    rows.Add(row);
                }
            }
        }

        rows.Sort(static (a, b) => a.Sequence.CompareTo(b.Sequence));
        var settlements = new List<Task>(rows.Count);
        foreach (var row in rows)
        {
            _queue.GiveBack(row.Sequence, row.Lane.Index, row.Uncounted + 1, 0, row.SettleSubject);
            settlements.Add(SettleAsync(row.Token, Settlement.Release).AsTask());
        }

        await Task.WhenAll(settlements).ConfigureAwait(false);
    }
}
