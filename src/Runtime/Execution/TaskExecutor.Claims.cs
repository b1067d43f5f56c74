using HighPerf.Messages;
using HighPerf.State;
using HighPerf.Transports;

namespace HighPerf.Execution;

/// <summary>Commands whose bodies are in the payload store.</summary>
internal sealed partial class TaskExecutor
{
    /// <summary>A command whose body is in the payload store: fetched, executed, and removed there once the message is acknowledged.</summary>
    private async ValueTask ProcessClaimedAsync(Slot slot, ReadOnlyMemory<byte> message, JsonCodec? json)
    {
        var delivery = slot.Item!.Delivery;
        var task = slot.Item.Registration!.Descriptor.Name;
        var (id, claim, length) = ClaimOf(message.Span);
        try
        {
            var fetched = _payloads is not null && await slot.FetchBodyAsync(_payloads, claim, message[length..], _stopping).ConfigureAwait(false);
            if (!fetched)
            {
                var reason = _payloads is null ? "This process has no payload store (UseFilePayloads), and the message's body is in one." : $"Its body is not in the payload store any more ({_payloads.Description}).";
                slot.ReleaseBody();
                ExecutionLog.PayloadGone(_logger, task, id, reason, delivery.Receiver.Source.Queue);
                await RefuseAsync(message, delivery, DeadLetterReason.PayloadGone, reason).ConfigureAwait(false);
                return;
            }
        }
        catch (Exception exception)
        {
            // The store is down, or we stop: no fault of the message.
            slot.ReleaseBody();
            ExecutionLog.PayloadNotRead(_logger, task, id, GiveBackDelay, exception);
            await delivery.Receiver.ReleaseAsync(delivery.Token, GiveBackDelay, counted: false).ConfigureAwait(false);
            return;
        }

        if (json is null && UnreadableBody(slot, message.Span) is { } unreadable)
        {
            slot.ReleaseBody();
            await _parking.ParkAsync(delivery, message, unreadable).ConfigureAwait(false);
            return;
        }

        slot.IsDone = false;
        BeginFetched(slot, message, json);
        await RunBegunAsync(slot).ConfigureAwait(false);
        slot.ReleaseBody();

        // An event's payload has other readers and ends with its lifetime.
        if (slot.IsDone && claim.Payload == id)
        {
            await RemoveAsync(task, id).ConfigureAwait(false);
        }
    }

    private async ValueTask RemoveAsync(string task, MessageId id)
    {
        try
        {
            await _payloads!.RemoveAsync(id, CancellationToken.None).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            ExecutionLog.PayloadNotRemoved(_logger, task, id, exception);
        }
    }

    private static (MessageId Id, ClaimCheck Claim, int EnvelopeLength) ClaimOf(ReadOnlySpan<byte> message)
    {
        Envelope.TryParse(message, out var envelope, out _);
        return (envelope.Id, envelope.Claim, envelope.Length);
    }

    private static string? UnreadableBody(Slot slot, ReadOnlySpan<byte> message)
    {
        Envelope.TryParse(message, out var envelope, out _);
        var task = slot.Item!.Registration!.Descriptor;
        return task.Reads(envelope.Fingerprint, slot.FetchedBody) ? null : SchemaDifference.Describe(task.Message, envelope.Fingerprint, slot.FetchedBody);
    }

    private static void BeginFetched(Slot slot, ReadOnlyMemory<byte> message, JsonCodec? json)
    {
        Envelope.TryParse(message.Span, out var envelope, out _);
        slot.BeginFetched(envelope, message, failures: envelope.Attempt, json);
    }
}
