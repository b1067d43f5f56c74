using HighPerf.Diagnostics;
using HighPerf.Transports;
using Microsoft.Extensions.Logging;

namespace HighPerf.Execution;

/// <summary>
/// Puts aside what another version of the application can read and this one cannot (contract D22): into a queue of its own beside the queue it came from, byte for byte.
/// Whoever waits for its result goes on waiting. A worker of the newer version that consumes that queue, too, executes what is in it.
/// </summary>
internal sealed class Parking(ILogger logger)
{
    private const string Suffix = ".parked";
    private static readonly TimeSpan LookAgainAfter = TimeSpan.FromSeconds(30);

    public static string QueueOf(string queue) => queue + Suffix;

    public async ValueTask ParkAsync(Delivery delivery, ReadOnlyMemory<byte> message, string reason)
    {
        var source = delivery.Receiver.Source;
        if (source.Queue.EndsWith(Suffix, StringComparison.Ordinal))
        {
            ExecutionLog.StaysParked(logger, source.Queue, reason);
            await delivery.Receiver.ReleaseAsync(delivery.Token, LookAgainAfter, counted: false).ConfigureAwait(false);
            return;
        }

        var parked = source.Transport.GetDestination(QueueOf(source.Queue));
        var outcome = await PublishAsync(source.Transport, parked, message).ConfigureAwait(false);
        if (!outcome.IsAccepted)
        {
            ExecutionLog.ParkingFailed(logger, source.Queue, outcome.ToString());
            await delivery.Receiver.ReleaseAsync(delivery.Token, LookAgainAfter, counted: false).ConfigureAwait(false);
            return;
        }

        ExecutionLog.Parked(logger, source.Queue, parked.Queue, reason);
        if (Telemetry.Parked.Enabled)
        {
            Telemetry.Parked.Add(1, new KeyValuePair<string, object?>("messaging.destination.name", source.Queue));
        }

        Failpoint.Pass(Failpoint.AfterParkCopy);
        await delivery.Receiver.AcknowledgeAsync(delivery.Token).ConfigureAwait(false);
    }

    private static ValueTask<PublishOutcome> PublishAsync(Transport transport, Destination parked, ReadOnlyMemory<byte> message)
    {
        var buffer = transport.Rent();
        try
        {
            buffer.Write(message.Span);
        }
        catch
        {
            buffer.Return();
            throw;
        }

        // An envelope of an unknown version says nothing that may be relied on but its bytes.
        var isKnown = Messages.Envelope.TryParse(message.Span, out var envelope, out _);
        return transport.PublishAsync(
            parked,
            new OutgoingMessage
            {
                Bytes = buffer,
                Id = isKnown ? envelope.Id : MessageId.New(),
                Attempt = isKnown ? envelope.Attempt : (ushort)0,
                Priority = isKnown ? envelope.Priority : MessagePriority.Normal,
                OrderingKey = isKnown ? envelope.OrderingKey : null,
                IsFollowUp = true,
            },
            CancellationToken.None);
    }
}
