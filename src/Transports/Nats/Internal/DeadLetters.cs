using System.Buffers;
using System.Globalization;
using System.Text;
using HighPerf.Transports.Nats.JetStream;

namespace HighPerf.Transports.Nats;

/// <summary>A queue's stream of dead letters: the bytes as they were, beside them why and how often. Bounded; what it does not take stays where it is.</summary>
internal static class DeadLetters
{
    private const string Field = "Hp-Dead: ";
    private const string Why = "Hp-Why: ";
    private const int MaxDescription = 2_000;

    /// <summary>Null when the stream has it, else why not.</summary>
    public static async ValueTask<string?> AddAsync(
        NatsTransport transport, NatsQueue queue, MessageHeaders headers, long sequence, DeadLetterReason reason, string description, int count, ReadOnlyMemory<byte> bytes)
    {
        (headers.Source, headers.SourceKind) = (sequence, 'x');
        var text = description.Length > MaxDescription ? description[..MaxDescription] : description;
        var block = Block(queue, headers, string.Create(CultureInfo.InvariantCulture, $"{Field}{(int)reason} {count}\r\n{Why}{Uri.EscapeDataString(text)}\r\n"));
        return (await transport.Api.PublishAsync(queue.Names.DeadSubject, bytes.ToArray(), block).ConfigureAwait(false))?.ToString();
    }

    public static async ValueTask<IReadOnlyList<DeadLetter>> BrowseAsync(NatsTransport transport, NatsQueue queue, int max)
    {
        var letters = new List<DeadLetter>();
        for (var from = 1L; letters.Count < max;)
        {
            if (await transport.Api.FindNextAsync(queue.Names.DeadStream, queue.Names.DeadSubject, from).ConfigureAwait(false) is not { } message)
            {
                break;
            }

            letters.Add(Read(message));
            from = message.Seq + 1;
        }

        return letters;
    }

    /// <summary>Back to their lanes, the oldest first. One that had expired does not expire again.</summary>
    public static async ValueTask<int> ReplayAsync(NatsTransport transport, NatsQueue queue, int max, CancellationToken cancellationToken)
    {
        var replayed = 0;
        while (replayed < max && await transport.Api.FindNextAsync(queue.Names.DeadStream, queue.Names.DeadSubject, 1).ConfigureAwait(false) is { } message)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var headers = MessageHeaders.Read(new ReadOnlySequence<byte>(message.Hdrs ?? []));
            headers.Lane = headers.Lane >= 0 && headers.Lane < queue.Names.Lanes.Count ? headers.Lane : QueueNames.LaneOf(MessagePriority.Normal);
            (headers.Before, headers.Due) = (0, 0);
            headers.Expires = headers.Expires <= transport.Clock.GetUtcNow().UtcTicks ? 0 : headers.Expires;
            if (await CopyRequest.SendAsync(transport, queue, headers, message.Seq, 'd', message.Data ?? []).ConfigureAwait(false) is { } refusal)
            {
                throw new HighPerfException($"NATS refused to take a dead letter of {queue} back: {refusal}");
            }

            // The copy is there: a second replay of the same letter, after a crash here, is answered as known.
            await transport.Api.DeleteMessageAsync(queue.Names.DeadStream, message.Seq).ConfigureAwait(false);
            replayed++;
        }

        return replayed;
    }

    private static byte[] Block(NatsQueue queue, in MessageHeaders headers, string fields)
    {
        var block = new byte[MessageHeaders.MaxBytes + Encoding.UTF8.GetByteCount(fields)];
        var at = headers.Write(block, queue.PurgeEpoch, Encoding.ASCII.GetBytes(queue.Names.DeadStream));
        at += Encoding.UTF8.GetBytes(fields, block.AsSpan(at));
        return block[..MessageHeaders.End(block, at)];
    }

    private static DeadLetter Read(StoredMessage message)
    {
        var (reason, count, description) = (default(DeadLetterReason), 0, "");
        foreach (var line in Encoding.UTF8.GetString(message.Hdrs ?? []).Split("\r\n"))
        {
            if (line.StartsWith(Field, StringComparison.Ordinal) && line[Field.Length..].Split(' ') is [var first, var second])
            {
                reason = (DeadLetterReason)int.Parse(first, CultureInfo.InvariantCulture);
                count = int.Parse(second, CultureInfo.InvariantCulture);
            }
            else if (line.StartsWith(Why, StringComparison.Ordinal))
            {
                description = Uri.UnescapeDataString(line[Why.Length..]);
            }
        }

        return new DeadLetter { Bytes = message.Data ?? [], Reason = reason, Description = description, DeliveryCount = count, At = message.Time };
    }
}
