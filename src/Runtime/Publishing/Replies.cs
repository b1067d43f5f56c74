using HighPerf.Messages;
using HighPerf.Transports;

namespace HighPerf.Publishing;

/// <summary>
/// Tells whoever waits for a command how it ended: in this process by the table of pending results, in another one by a message to its reply queue on the broker that the command came by.
/// The message is accepted before the command is acknowledged, and has an id derived from the command's: a crash in between sends it again, and the wait is completed once.
/// </summary>
internal sealed class Replies(Publisher publisher)
{
    // Envelope and headers of a broker, beside the body.
    private const int Overhead = 1024;

    public bool IsElsewhere(ReplyAddress address) => !address.IsNone && address.Instance != publisher.Results.Instance;

    /// <summary>Sends a result; completes when nobody has to tell it again.</summary>
    /// <exception cref="PublishException">The broker did not take it: the command must be given back.</exception>
    public ValueTask SendResultAsync(ReplyOrigin origin, ReadOnlyMemory<byte> result)
    {
        if (IsElsewhere(origin.Reply))
        {
            return PublishResultAsync(origin, result);
        }

        publisher.Results.TryComplete(origin.Reply, result.Span);
        return default;
    }

    /// <summary>Sends a failure, or that the command was cancelled.</summary>
    /// <exception cref="PublishException">The broker did not take it: the command must be given back.</exception>
    public ValueTask SendFailureAsync(ReplyOrigin origin, Exception failure)
    {
        if (IsElsewhere(origin.Reply))
        {
            return PublishFailureAsync(origin, failure);
        }

        publisher.Results.TryFail(origin.Reply, failure);
        return default;
    }

    private async ValueTask PublishResultAsync(ReplyOrigin origin, ReadOnlyMemory<byte> result)
    {
        PublishOutcome outcome;
        try
        {
            outcome = await Publish(origin, ReplyMessage.Result, result.Span).ConfigureAwait(false);
        }
        catch (HighPerfException tooLarge)
        {
            await PublishFailureAsync(origin, tooLarge).ConfigureAwait(false);
            return;
        }

        if (outcome.Status == PublishStatus.Rejected && result.Length + Overhead > origin.Via.Capabilities.MaxMessageBytes)
        {
            var why = $"It succeeded, and its result of {result.Length} bytes is more than {origin.Via.Name} takes ({origin.Via.Capabilities.MaxMessageBytes}). Return a reference to the data, or configure a payload store (UseFilePayloads).";
            await PublishFailureAsync(origin, new HighPerfException(why)).ConfigureAwait(false);
            return;
        }

        ThrowUnlessAccepted(origin, outcome);
    }

    private async ValueTask PublishFailureAsync(ReplyOrigin origin, Exception failure)
    {
        var body = publisher.Pool.Rent();
        try
        {
            ReplyMessage.WriteFailure(body, origin, failure);
            ThrowUnlessAccepted(origin, await Publish(origin, ReplyMessage.Failure, body.Span).ConfigureAwait(false));
        }
        finally
        {
            body.Return();
        }
    }

    private ValueTask<PublishOutcome> Publish(in ReplyOrigin origin, MessageDescriptor message, ReadOnlySpan<byte> body)
    {
        var fields = new EnvelopeFields
        {
            Message = message,
            Id = MessageId.Derive(origin.Command, message.Hash),
            CreatedTicks = publisher.NowTicks,
            Priority = MessagePriority.Normal,
            ParentId = origin.Command,
            RootId = origin.Lineage.Root,
            CorrelationId = origin.Lineage.Correlation,
            Reply = origin.Reply,
            Workflow = origin.Workflow,

            // It ends what is out already: it must not wait for room.
            IsFollowUp = true,
        };
        return publisher.Sender.Send(origin.Via.GetDestination(ReplyQueue.NameOf(origin.Reply.Instance)), ref fields, new WrittenBody(body), CancellationToken.None);
    }

    private static void ThrowUnlessAccepted(in ReplyOrigin origin, PublishOutcome outcome)
    {
        if (!outcome.IsAccepted)
        {
            throw new PublishException(origin.Command, $"the reply of {origin.Task}", $"{origin.Via.Name}/{ReplyQueue.NameOf(origin.Reply.Instance)}", outcome);
        }
    }
}
