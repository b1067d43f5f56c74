using RabbitMQ.Client;

namespace HighPerf.Transports.RabbitMq;

/// <summary>Looks at the dead letters of a queue, and puts them back: by basic.get on a channel of its own, whose end gives back what was only looked at, in its place.</summary>
internal sealed class DeadLetterQueue(RabbitMqTransport transport, RabbitMqQueue queue)
{
    public async Task<IReadOnlyList<DeadLetter>> BrowseAsync(int max, CancellationToken cancellationToken)
    {
        var letters = new List<DeadLetter>();
        await OnChannelAsync(
            async (channel, token) =>
            {
                while (letters.Count < max && await channel.BasicGetAsync(queue.Names.Dead, autoAck: false, token).ConfigureAwait(false) is { } message)
                {
                    letters.Add(Read(message));
                }

                if (letters.Count > 0)
                {
                    await channel.BasicNackAsync(0, multiple: true, requeue: true, token).ConfigureAwait(false);
                }
            },
            cancellationToken).ConfigureAwait(false);
        return letters;
    }

    public async Task<int> ReplayAsync(int max, CancellationToken cancellationToken)
    {
        const int Piece = 100;
        var replayed = 0;
        await OnChannelAsync(
            async (channel, token) =>
            {
                while (replayed < max)
                {
                    var sent = new List<(ulong Tag, Task<PublishOutcome> Outcome)>();
                    while (sent.Count < Math.Min(Piece, max - replayed) && await channel.BasicGetAsync(queue.Names.Dead, autoAck: false, token).ConfigureAwait(false) is { } message)
                    {
                        sent.Add((message.DeliveryTag, PutBackAsync(message)));
                    }

                    foreach (var (tag, task) in sent)
                    {
                        var outcome = await task.ConfigureAwait(false);
                        if (!outcome.IsAccepted)
                        {
                            throw new HighPerfException($"A dead letter of {queue} was not replayed and stays one: {outcome.Reason}");
                        }

                        await channel.BasicAckAsync(tag, multiple: false, token).ConfigureAwait(false);
                        replayed++;
                    }

                    if (sent.Count == 0)
                    {
                        break;
                    }
                }

                // Acknowledgements have no answers; this call has, and comes after them.
                await channel.MessageCountAsync(queue.Names.Dead, token).ConfigureAwait(false);
            },
            cancellationToken).ConfigureAwait(false);
        return replayed;
    }

    private Task<PublishOutcome> PutBackAsync(BasicGetResult message)
    {
        var headers = MessageHeaders.Read(message.BasicProperties.Headers);
        var id = MessageId.TryParse(message.BasicProperties.MessageId, out var parsed) ? parsed : MessageId.None;

        // A new series: neither the count nor an expiry that is over goes along.
        return queue.PublishCopyAsync(message.Body.Span, id, Departures.PriorityOf(headers.Place ?? RabbitMqNames.Normal), new MessageHeaders { Key = headers.Key }, TimeSpan.Zero);
    }

    private async Task OnChannelAsync(Func<IChannel, CancellationToken, Task> use, CancellationToken cancellationToken)
    {
        await queue.DeclareAsync(cancellationToken).ConfigureAwait(false);
        var connection = await transport.Consuming.WaitAsync(cancellationToken).ConfigureAwait(false);
        var channel = await connection.CreateChannelAsync(cancellationToken: cancellationToken).ConfigureAwait(false);
        try
        {
            await use(channel, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            await ChannelEnd.AbortAsync(channel).ConfigureAwait(false);
        }
    }

    private static DeadLetter Read(BasicGetResult message)
    {
        var headers = MessageHeaders.Read(message.BasicProperties.Headers);
        var bytes = message.Body.ToArray();
        return headers.Place is null
            ? MessageHeaders.ByBroker(bytes, message.BasicProperties)
            : new DeadLetter { Bytes = bytes, Reason = headers.Reason, Description = headers.Description ?? "", DeliveryCount = headers.Before, At = new DateTimeOffset(headers.At, TimeSpan.Zero) };
    }
}
