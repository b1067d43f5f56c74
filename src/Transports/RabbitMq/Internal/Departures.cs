namespace HighPerf.Transports.RabbitMq;

/// <summary>
/// Moves deliveries elsewhere: a copy is published and confirmed, then the delivery is acknowledged by its receiver. In between the message is there twice, never not at all.
/// </summary>
internal sealed class Departures(RabbitMqTransport transport, RabbitMqQueue queue)
{
    private static readonly TimeSpan s_again = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_longestDrain = TimeSpan.FromSeconds(5);

    private readonly CancellationTokenSource _closing = new();
    private int _active;

    /// <summary>To the levels of delays, with the deliveries that it had.</summary>
    public Task<bool> PostponeAsync(DeliveryRow row, TimeSpan delay)
        => UntilTakenAsync(row, () => queue.PublishCopyAsync(row.Bytes.Span, IdOf(row), PriorityOf(row), row.Headers with { Before = row.Count - 1 }, delay), "a retry", isLast: false);

    /// <summary>To the dead letters. When these are full, to the levels of delays, and then again.</summary>
    public async Task<bool> BuryAsync(DeliveryRow row, DeadLetterReason reason, string description, int count)
    {
        var headers = row.Headers with { Before = count, Place = row.Place, Reason = reason, Description = description, At = transport.Clock.GetUtcNow().UtcTicks };
        if (await UntilTakenAsync(row, () => queue.PublishDeadAsync(row.Bytes.Span, IdOf(row), headers), "a dead letter", isLast: true).ConfigureAwait(false))
        {
            return true;
        }

        if (_closing.IsCancellationRequested || row.State != DeliveryState.Settling)
        {
            return false;
        }

        RabbitMqLog.DeadLettersFull(transport.Logger, queue.ToString(), transport.Options.MaxDeadLetters);
        return await PostponeAsync(row, transport.Options.DeadLetterRetryDelay).ConfigureAwait(false);
    }

    /// <summary>Waits for what is on its way, not for ever.</summary>
    public async Task DrainAsync()
    {
        var start = transport.Clock.GetTimestamp();
        while (Volatile.Read(ref _active) > 0 && transport.Clock.GetElapsedTime(start) < s_longestDrain)
        {
            await Task.Delay(5).ConfigureAwait(false);
        }

        await _closing.CancelAsync().ConfigureAwait(false);
    }

    public static MessagePriority PriorityOf(int place) => place switch { RabbitMqNames.High => MessagePriority.High, RabbitMqNames.Low => MessagePriority.Low, _ => MessagePriority.Normal };

    private static MessagePriority PriorityOf(DeliveryRow row) => PriorityOf(row.Place);

    private static MessageId IdOf(DeliveryRow row) => MessageId.TryParse(row.Id, out var id) ? id : MessageId.None;

    /// <summary>Publishes until the broker has it. Without an end, as long as the delivery is current: there is nowhere else to go with it.</summary>
    private async Task<bool> UntilTakenAsync(DeliveryRow row, Func<Task<PublishOutcome>> publish, string what, bool isLast)
    {
        Interlocked.Increment(ref _active);
        try
        {
            while (row.State == DeliveryState.Settling)
            {
                var outcome = await publish().ConfigureAwait(false);
                if (outcome.IsAccepted)
                {
                    return true;
                }

                RabbitMqLog.Failed(transport.Logger, queue.ToString(), "publishing " + what, outcome.Reason ?? "");
                if (isLast && outcome.Status == PublishStatus.Rejected)
                {
                    return false;
                }

                await Task.Delay(s_again, transport.Clock, _closing.Token).ConfigureAwait(false);
            }
        }
        catch (OperationCanceledException)
        {
            // Disposed: the receiver gives it back.
        }
        finally
        {
            Interlocked.Decrement(ref _active);
        }

        return false;
    }
}
