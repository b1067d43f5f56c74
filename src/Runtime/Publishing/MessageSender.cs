using System.Diagnostics;
using HighPerf.Messages;
using HighPerf.State;
using HighPerf.Transports;

namespace HighPerf.Publishing;

/// <summary>Writes envelope and body into the transport's buffer, one copy of the bytes, and hands it over.</summary>
internal sealed class MessageSender(PublisherOptions options, DelayStore? delays, PayloadStore? payloads, TimeProvider clock)
{
    private readonly DeadlineTokens _deadlines = new(options.PublishTimeout, clock);

    /// <summary>The usual case: nothing special was said about the message.</summary>
    public ValueTask<PublishOutcome> SendPlain<TBody>(
        Destination destination, MessageDescriptor message, MessageId id, long createdTicks, MessagePriority priority, ReplyAddress reply, in TBody body, CancellationToken cancellationToken)
        where TBody : struct, IMessageBody, allows ref struct
    {
        var buffer = destination.Transport.Rent();
        try
        {
            EnvelopeCodec.WritePlain(buffer, message, id, createdTicks, priority, reply);
            if (WriteBody(buffer, body, message) is > 0 and var length)
            {
                return ClaimAsync(destination, buffer, length, new EnvelopeFields { Message = message, Id = id, CreatedTicks = createdTicks, Priority = priority, Reply = reply }, cancellationToken);
            }
        }
        catch
        {
            buffer.Return();
            throw;
        }

        return HandOver(destination, new OutgoingMessage { Bytes = buffer, Id = id, SentTicks = createdTicks, Priority = priority }, cancellationToken);
    }

    public ValueTask<PublishOutcome> Send<TBody>(Destination destination, ref EnvelopeFields fields, in TBody body, CancellationToken cancellationToken)
        where TBody : struct, IMessageBody, allows ref struct
    {
        var buffer = destination.Transport.Rent();
        try
        {
            WriteEnvelope(buffer, ref fields, destination);
            if (WriteBody(buffer, body, fields.Message) is > 0 and var length)
            {
                return ClaimAsync(destination, buffer, length, fields, cancellationToken);
            }
        }
        catch
        {
            buffer.Return();
            throw;
        }

        return HandOver(destination, ToOutgoing(buffer, fields, fields.CreatedTicks), cancellationToken);
    }

    /// <summary>Sends a message again for its next attempt: the same bytes but for attempt and not-before. The fields say what brokers have native properties for.</summary>
    public ValueTask<PublishOutcome> SendRetry(Destination destination, ReadOnlySpan<byte> message, DateTimeOffset notBefore, EnvelopeFields fields)
    {
        var buffer = destination.Transport.Rent();
        try
        {
            EnvelopeCodec.WriteRetry(buffer, message, fields.Attempt, notBefore.UtcTicks);
        }
        catch
        {
            buffer.Return();
            throw;
        }

        // What is due is not delayed: it goes to the end of the queue without waiting for a timer.
        fields.IsFollowUp = true;
        var now = clock.GetUtcNow();
        fields.NotBeforeTicks = notBefore > now ? notBefore.UtcTicks : 0;
        return HandOver(destination, ToOutgoing(buffer, fields, now.UtcTicks), CancellationToken.None);
    }

    private static void WriteEnvelope(PooledBuffer buffer, ref EnvelopeFields fields, Destination destination)
    {
        if (Telemetry.Source.HasListeners())
        {
            WriteTraced(buffer, ref fields, destination);
            return;
        }

        EnvelopeCodec.Write(buffer, fields);
    }

    // The span covers the writing; its context travels in the envelope.
    private static void WriteTraced(PooledBuffer buffer, ref EnvelopeFields fields, Destination destination)
    {
        using var activity = Telemetry.StartPublish(destination.Queue);
        if (activity is { IsAllDataRequested: true })
        {
            activity.SetTag("messaging.message.id", fields.Id.ToString());
        }

        fields.Trace = activity ?? Activity.Current;
        EnvelopeCodec.Write(buffer, fields);
    }

    /// <summary>Writes the body and completes the envelope. The body's bytes if it is to go by claim check, else 0.</summary>
    private int WriteBody<TBody>(PooledBuffer buffer, in TBody body, MessageDescriptor message)
        where TBody : struct, IMessageBody, allows ref struct
    {
        var start = buffer.Length;
        body.Write(buffer);
        var length = buffer.Length - start;
        if (payloads is not null && length > Math.Min(options.ClaimCheckBytes, options.MaxBodyBytes))
        {
            return length <= options.MaxPayloadBytes ? length : throw TooLarge(message, length, nameof(PublisherOptions.MaxPayloadBytes), options.MaxPayloadBytes);
        }

        if (length > options.MaxBodyBytes)
        {
            throw TooLarge(message, length, nameof(PublisherOptions.MaxBodyBytes), options.MaxBodyBytes);
        }

        EnvelopeCodec.Complete(buffer);
        return 0;
    }

    private static HighPerfException TooLarge(MessageDescriptor message, int length, string option, int limit)
        => new($"The body of {message.Name} takes {length} bytes; Publisher.{option} allows {limit}. Send a reference to the data instead of the data, or configure a payload store (UseFilePayloads).");

    /// <summary>Stores the body first and then sends a message that says where it is: a message never refers to a payload that is not there.</summary>
    private async ValueTask<PublishOutcome> ClaimAsync(Destination destination, PooledBuffer whole, int length, EnvelopeFields fields, CancellationToken cancellationToken)
    {
        try
        {
            var deadline = cancellationToken.CanBeCanceled ? cancellationToken : _deadlines.At(fields.CreatedTicks);
            await payloads!.PutAsync(fields.Id, whole.Memory[^length..], deadline).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            return new PublishOutcome(PublishStatus.Rejected, $"Its body of {length} bytes could not be stored ({payloads!.Description}): {exception.Message}");
        }
        finally
        {
            whole.Return();
        }

        fields.Claim = new ClaimCheck(fields.Id, length, At: 0);
        var buffer = destination.Transport.Rent();
        try
        {
            EnvelopeCodec.Write(buffer, fields);
            EnvelopeCodec.Complete(buffer);
        }
        catch
        {
            buffer.Return();
            throw;
        }

        return await HandOver(destination, ToOutgoing(buffer, fields, fields.CreatedTicks), cancellationToken).ConfigureAwait(false);
    }

    private static OutgoingMessage ToOutgoing(PooledBuffer buffer, in EnvelopeFields fields, long nowTicks) => new()
    {
        Bytes = buffer,
        Id = fields.Id,
        Attempt = fields.Attempt,
        SentTicks = nowTicks,
        Priority = fields.Priority,
        NotBeforeTicks = fields.NotBeforeTicks,

        // A broker that drops an expired message tells nobody. Where somebody waits, the worker sees the expiry in the envelope and tells them.
        ExpiresTicks = fields.Reply.IsNone && fields.Workflow.Id.IsNone ? fields.ExpiresTicks : 0,
        OrderingKey = fields.OrderingKey,
        IsFollowUp = fields.IsFollowUp,
    };

    private ValueTask<PublishOutcome> HandOver(Destination destination, in OutgoingMessage message, CancellationToken cancellationToken)
    {
        if (message.NotBeforeTicks != 0 && delays is not null && !destination.Transport.Capabilities[TransportFeature.Delay].IsThere)
        {
            return delays.HoldAsync(destination, message);
        }

        var publish = destination.Transport.PublishAsync(destination, message, cancellationToken.CanBeCanceled ? cancellationToken : _deadlines.At(message.SentTicks));
        return Telemetry.Sent.Enabled ? CountAsync(publish, destination) : publish;
    }

    private static async ValueTask<PublishOutcome> CountAsync(ValueTask<PublishOutcome> publish, Destination destination)
    {
        var outcome = await publish.ConfigureAwait(false);
        if (outcome.IsAccepted)
        {
            Telemetry.Sent.Add(1, new KeyValuePair<string, object?>("messaging.destination.name", destination.Queue));
        }

        return outcome;
    }
}
