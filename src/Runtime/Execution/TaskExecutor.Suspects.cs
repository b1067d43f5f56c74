using HighPerf.Diagnostics;
using HighPerf.Messages;
using HighPerf.Transports;

namespace HighPerf.Execution;

/// <summary>Commands that come again without an outcome.</summary>
internal sealed partial class TaskExecutor
{
    private async ValueTask ProcessSuspectAsync(Slot slot, ReadOnlyMemory<byte> message)
    {
        var delivery = slot.Item!.Delivery;
        var registration = slot.Item.Registration!;
        var (id, attempt) = NameOf(message.Span);
        SuspectTurn turn;
        try
        {
            turn = await _suspects.EnterAsync(id, attempt, delivery.DeliveryCount, _stopping).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            // We stop, or the store is down: no fault of the message.
            if (!_stopping.IsCancellationRequested)
            {
                ExecutionLog.OutcomeFailed(_logger, registration.Descriptor.Name, id, exception);
            }

            await delivery.Receiver.ReleaseAsync(delivery.Token, _stopping.IsCancellationRequested ? TimeSpan.Zero : GiveBackDelay, counted: false).ConfigureAwait(false);
            return;
        }

        if (!turn.MayStart)
        {
            var description = turn.Key is null ? $"Delivered {delivery.DeliveryCount} times without an outcome." : $"Started {turn.Starts} times without an outcome.";
            ExecutionLog.TaskFailed(_logger, registration.Descriptor.Name, id, attempt + 1, DeadLetterReason.StartsExhausted, delivery.Receiver.Source.Queue, exception: null);
            await RefuseAsync(message, delivery, DeadLetterReason.StartsExhausted, description).ConfigureAwait(false);
            return;
        }

        if (turn.IsIsolated)
        {
            ExecutionLog.Isolated(_logger, registration.Descriptor.Name, id, turn.Starts);
        }

        slot.IsDone = false;
        slot.Running.Turn = turn;
        try
        {
            await BeginAsync(slot, message, registration).ConfigureAwait(false);
        }
        finally
        {
            slot.Running.Turn = null;
            await LeaveAsync(turn, slot.IsDone, registration.Descriptor.Name, id).ConfigureAwait(false);
        }
    }

    private async ValueTask LeaveAsync(SuspectTurn turn, bool isDone, string task, MessageId id)
    {
        try
        {
            await _suspects.LeaveAsync(turn, isDone).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            // It is settled; what is written of it ends with its lifetime.
            ExecutionLog.StartsNotRemoved(_logger, task, id, exception);
        }
    }

    private static (MessageId Id, int Attempt) NameOf(ReadOnlySpan<byte> message)
    {
        Envelope.TryParse(message, out var envelope, out _);
        return (envelope.Id, envelope.Attempt);
    }
}
