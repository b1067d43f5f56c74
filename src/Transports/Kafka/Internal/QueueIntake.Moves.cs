namespace HighPerf.Transports.Kafka;

/// <summary>What goes elsewhere: retries that wait, dead letters, and what has waited. The copy is confirmed, then the original is done; a process that dies in between leaves both.</summary>
internal sealed partial class QueueIntake
{
    private static readonly TimeSpan s_retryRefused = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan s_retryMove = TimeSpan.FromSeconds(1);

    private async ValueTask<bool> PostponeAsync(DeliveryRow row, TimeSpan delay)
    {
        var headers = new RecordHeaders
        {
            Before = row.Count,
            Expires = row.Expires,
            Due = Clock.GetUtcNow().UtcTicks + Math.Min(delay.Ticks, DateTime.MaxValue.Ticks / 2),
            ClassAndOne = row.Priority + 1,
        };
        return await MoveAsync(row, Queue.Names.Delay!, Waits.LevelFor(delay, Queue.WaitLevels), headers, "retry").ConfigureAwait(false);
    }

    private async ValueTask<bool> BuryAsync(DeliveryRow row, DeadLetterReason reason, string description)
    {
        var headers = new RecordHeaders
        {
            Before = row.Count,
            ClassAndOne = row.Priority + 1,
            Reason = reason,
            Description = description,
            At = Clock.GetUtcNow().UtcTicks,
        };
        if (await Queue.TryDeclareDeadAsync().ConfigureAwait(false) is { } refusal)
        {
            return EndMove(row, new PublishOutcome(PublishStatus.Rejected, refusal), "dead letter") is not { } held || await held.ConfigureAwait(false);
        }

        return await MoveAsync(row, Queue.Names.Dead, Native.Librdkafka.AnyPartition, headers, "dead letter").ConfigureAwait(false);
    }

    private async ValueTask<bool> MoveAsync(DeliveryRow row, string topic, int partition, RecordHeaders headers, string what)
    {
        var outcome = await _transport.Publishing.SendAsync(topic, partition, row.Key, in headers, row.Bytes!.Memory, null, CancellationToken.None).ConfigureAwait(false);
        return EndMove(row, outcome, what) is not { } settled || await settled.ConfigureAwait(false);
    }

    /// <summary>A copy was made or refused. What was refused stays here and is ready again later; null for that.</summary>
    private ValueTask<bool>? EndMove(DeliveryRow row, PublishOutcome outcome, string what)
    {
        ValueTask<bool>? settled = null;
        lock (_lock)
        {
            if (row.Owner is { } owner)
            {
                FreePlace(owner);
            }

            if (row.IsVoid)
            {
                // Somebody else has it; where the copy was made, there are two now, with one id.
                _pool.Free(row);
                settled = new ValueTask<bool>(false);
            }
            else if (outcome.IsAccepted)
            {
                settled = Finish(row);
            }
            else
            {
                GiveBackOrHold(row, s_retryRefused);
            }
        }

        if (!outcome.IsAccepted)
        {
            KafkaLog.CopyRefused(Logger, Queue.ToString(), what, outcome.Reason ?? "", s_retryRefused);
        }

        Wake();
        RaiseMarked();
        return settled;
    }

    /// <summary>Sends on what is due in the partitions of what waits. Returns UTC ticks at which the next is. On the loop.</summary>
    private long SendDue()
    {
        var now = Clock.GetUtcNow().UtcTicks;
        var next = long.MaxValue;
        foreach (var partition in _claimed)
        {
            if (!partition.IsDelay || partition.IsLeaving)
            {
                continue;
            }

            while (partition.Moves < MaxMoves && PeekWaiting(partition) is { } head)
            {
                if (head.Until > now)
                {
                    next = Math.Min(next, head.Until);
                    break;
                }

                lock (_lock)
                {
                    partition.Head = null;
                    partition.Moves++;
                }

                _ = SendOnAsync(partition, head, now);
            }
        }

        return next;
    }

    private WaitingRecord? PeekWaiting(QueuePartition partition)
    {
        lock (_lock)
        {
            if (partition.Head is { } head)
            {
                if (!partition.Done.IsDone(head.Offset))
                {
                    return head;
                }

                // Purged.
                head.Bytes.Return();
                partition.Head = null;
            }
        }

        Fetch(partition, 1);
        return partition.Head;
    }

    private async Task SendOnAsync(QueuePartition partition, WaitingRecord record, long now)
    {
        var headers = record.Headers;
        var isDue = headers.Due <= now;
        var (topic, number) = isDue
            ? (Queue.Names.Of(Math.Max(0, headers.ClassAndOne - 1)), Native.Librdkafka.AnyPartition)
            : (Queue.Names.Delay!, Waits.LevelFor(TimeSpan.FromTicks(headers.Due - now), Queue.WaitLevels));
        var next = isDue ? new RecordHeaders { Before = headers.Before, Expires = headers.Expires } : headers;
        while (true)
        {
            var outcome = await _transport.Publishing.SendAsync(topic, number, record.Key, in next, record.Bytes.Memory, null, CancellationToken.None).ConfigureAwait(false);
            lock (_lock)
            {
                if (outcome.IsAccepted || partition.IsGone || partition.IsLeaving || _closing != 0)
                {
                    partition.Moves--;
                    if (outcome.IsAccepted && !partition.IsGone)
                    {
                        partition.Done.Add(record.Offset);
                        partition.IsDirty = true;
                    }

                    break;
                }
            }

            KafkaLog.CopyRefused(Logger, Queue.ToString(), "delayed message", outcome.Reason ?? "", s_retryMove);
            await Task.Delay(s_retryMove, Clock).ConfigureAwait(false);
        }

        record.Bytes.Return();
        Wake();
    }
}
