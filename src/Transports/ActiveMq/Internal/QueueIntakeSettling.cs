using HighPerf.Transports.ActiveMq.Stomp;

namespace HighPerf.Transports.ActiveMq;

/// <summary>How deliveries end: settled, given back, copied for later, expired.</summary>
internal sealed partial class QueueIntake
{
    private static readonly TimeSpan s_retryRefused = TimeSpan.FromSeconds(30);

    private long _lastTransaction;

    /// <summary>Settlements ended: their rows are free, and so are places and keys.</summary>
    public void EndSettling(ReadOnlySpan<SettleRequest> requests)
    {
        lock (_lock)
        {
            foreach (var request in requests)
            {
                EndSettling(request.Row, request.IsSettled);
            }

            TryLeave();
        }

        RaiseMarked();
    }

    private void EndSettling(DeliveryRow row, bool isSettled)
    {
        if (row.Owner is { } owner)
        {
            FreePlace(owner);
        }

        if (isSettled)
        {
            _purged += row.IsDiscarded ? 1 : 0;
            _pool.End(row)?.Return();
            MarkReady();
            return;
        }

        // Its key stays taken until the connection is gone, which it is or will be at once.
        Queue.Remember(row.BrokerId, row.Count);
        _pool.Free(row)?.Return();
    }

    /// <summary>Marks a delivery as being settled; null when it is not this receiver's any more. Under the lock.</summary>
    private DeliveryRow? BeginSettling(ActiveMqReceiver receiver, long token)
    {
        if (_pool.Find(token) is not { } row || row.Owner != receiver)
        {
            return null;
        }

        if (row.State == DeliveryState.Lost)
        {
            // The holder is done with the bytes now.
            _pool.Free(row)?.Return();
            return null;
        }

        if (row.State != DeliveryState.Out)
        {
            return null;
        }

        _pool.Move(row, DeliveryState.Settling);
        return row;
    }

    private void GiveBackOrHold(DeliveryRow row, TimeSpan delay)
    {
        if (delay <= TimeSpan.Zero)
        {
            _pool.GiveBack(row);
            MarkReady();
            return;
        }

        // A copy would come behind the others of its key: it waits here, and they behind it.
        (row.Token, row.Owner) = (0, null);
        row.Deadline = Clock.GetTimestamp() + (long)Math.Min(Math.Ceiling(delay.TotalSeconds * Clock.TimestampFrequency), long.MaxValue / 4);
        _pool.Move(row, DeliveryState.Held);
        _held.Enqueue(row, row.Deadline);
    }

    /// <summary>
    /// Hands a copy to the broker's scheduler and then acknowledges. Not in one transaction: the broker schedules behind the commit, and one that is killed in between has neither. In this
    /// order it has both, which the message id tells apart from one.
    /// </summary>
    private async ValueTask<bool> CopyAsync(DeliveryRow row, TimeSpan delay)
    {
        var settled = default(ValueTask<bool>?);
        var isLost = false;
        try
        {
            await Client.CallAsync((writer, receipt) => WriteCopy(writer, row, delay, receipt)).ConfigureAwait(false);
            lock (_lock)
            {
                isLost = row.IsVoid;
                settled = isLost ? null : _settlements.Add(row);
            }
        }
        catch (HighPerfException exception) when (exception is StompConnectionException or StompErrorException)
        {
            isLost = exception is StompConnectionException;
            ReportRefusal(exception, "delayed copy", s_retryRefused);
        }

        EndMove(row, settled is not null, isLost);
        return !isLost && (settled is null || await settled.Value.ConfigureAwait(false));
    }

    /// <summary>
    /// Sends a copy to the dead letters and acknowledges, in one transaction; the acknowledgement only after the copy's receipt, because a commit does not fail with a SEND of it that
    /// was refused.
    /// </summary>
    private async ValueTask<bool> MoveToDeadAsync(DeliveryRow row, DeadLetterReason reason, string description)
    {
        var transaction = Interlocked.Increment(ref _lastTransaction);
        var (isDone, isLost) = (false, false);
        try
        {
            await Client.CallAsync((writer, receipt) => WriteDead(writer, row, transaction, reason, Shorten(description), receipt)).ConfigureAwait(false);
            await Client.CallAsync((writer, receipt) => WriteAckAndCommit(writer, row, transaction, receipt)).ConfigureAwait(false);
            isDone = true;
        }
        catch (HighPerfException exception) when (exception is StompConnectionException or StompErrorException)
        {
            isLost = exception is StompConnectionException;
            ReportRefusal(exception, "dead letter", s_retryRefused);
            if (!isLost)
            {
                Client.TryWrite(writer => WriteAbort(writer, transaction));
            }
        }

        lock (_lock)
        {
            if (isDone)
            {
                EndSettling(row, isSettled: true);
            }
        }

        EndMove(row, isDone, isLost);
        return !isLost;
    }

    /// <summary>A move is over. What was refused stays here and is ready again later; what was lost the broker has again.</summary>
    private void EndMove(DeliveryRow row, bool isDone, bool isLost)
    {
        lock (_lock)
        {
            _moving--;
            if (!isDone && (isLost || row.IsVoid))
            {
                EndSettling(row, isSettled: false);
            }
            else if (!isDone)
            {
                if (row.Owner is { } owner)
                {
                    FreePlace(owner);
                }

                GiveBackOrHold(row, s_retryRefused);
            }

            TryLeave();
        }

        _settlements.Send();
        RaiseMarked();
    }

    private void ReportRefusal(HighPerfException exception, string what, TimeSpan delay)
    {
        if (exception is StompErrorException)
        {
            ActiveMqLog.CopyRefused(Logger, Queue.ToString(), what, exception.Message, delay);
        }
    }

    private void WriteCopy(StompWriter writer, DeliveryRow row, TimeSpan delay, long receipt)
    {
        writer.Command("SEND"u8);
        writer.Raw("destination"u8, Queue.Names.Of(row.Priority));
        writer.Raw("persistent"u8, "true"u8);
        writer.Header(ActiveMqHeaders.Count, row.Count);
        if (row.Expires != 0)
        {
            writer.Header(ActiveMqHeaders.Expires, row.Expires);
        }

        writer.Header(ActiveMqHeaders.Delay, (long)Math.Ceiling(Math.Min(delay.TotalMilliseconds, 1e14)));
        writer.Header("receipt"u8, receipt);
        writer.End(row.Bytes!.Span);
    }

    private void WriteDead(StompWriter writer, DeliveryRow row, long transaction, DeadLetterReason reason, string description, long receipt)
    {
        writer.Command("BEGIN"u8);
        WriteTransaction(writer, transaction);
        writer.End();
        writer.Command("SEND"u8);
        writer.Raw("destination"u8, Queue.Names.Dead);
        writer.Raw("persistent"u8, "true"u8);
        WriteTransaction(writer, transaction);
        writer.Header(ActiveMqHeaders.Reason, (long)reason);
        writer.Header(ActiveMqHeaders.Description, description);
        writer.Header(ActiveMqHeaders.Count, row.Count);
        writer.Header(ActiveMqHeaders.At, Clock.GetUtcNow().ToUnixTimeMilliseconds());
        writer.Header(ActiveMqHeaders.Class, row.Priority);
        if (row.Key is not null)
        {
            writer.Header(ActiveMqHeaders.Key, row.Key);
        }

        writer.Header("receipt"u8, receipt);
        writer.End(row.Bytes!.Span);
    }

    /// <summary>Only on the connection that the message came by: on another one neither exists.</summary>
    private static void WriteAckAndCommit(StompWriter writer, DeliveryRow row, long transaction, long receipt)
    {
        if (row.IsVoid)
        {
            throw new StompConnectionException(new InvalidOperationException("it changed between the copy and the acknowledgement"));
        }

        Settlements.WriteAck(writer, row);
        WriteTransaction(writer, transaction);
        writer.End();
        writer.Command("COMMIT"u8);
        WriteTransaction(writer, transaction);
        writer.Header("receipt"u8, receipt);
        writer.End();
    }

    private static void WriteAbort(StompWriter writer, long transaction)
    {
        writer.Command("ABORT"u8);
        WriteTransaction(writer, transaction);
        writer.End();
    }

    private static void WriteTransaction(StompWriter writer, long transaction)
    {
        Span<byte> name = stackalloc byte[24];
        name[0] = (byte)'m';
        System.Buffers.Text.Utf8Formatter.TryFormat(transaction, name[1..], out var length);
        writer.Raw("transaction"u8, name[..(length + 1)]);
    }

    /// <summary>What fits into a header of the broker's, and no NUL.</summary>
    private static string Shorten(string description)
    {
        const int MaxCharacters = ActiveMqHeaders.MaxValueBytes / 4;
        return (description.Length > MaxCharacters ? description[..MaxCharacters] + "…" : description).Replace('\0', '?');
    }

    /// <summary>Moves what expired to the dead letters. Under the lock.</summary>
    private void EndExpired(DeliveryRow row)
    {
        _pool.Move(row, DeliveryState.Settling);
        _moving++;
        _ = Task.Run(async () => await MoveToDeadAsync(row, DeadLetterReason.Expired, "Its time was over before it was delivered.").ConfigureAwait(false));
    }
}
