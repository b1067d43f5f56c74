using System.Buffers.Text;

namespace HighPerf.Transports.Nats.JetStream;

/// <summary>
/// Where a delivery is settled, which says what it is: <c>$JS.ACK.[domain.account.]stream.consumer.delivered.sequence.consumer-sequence.time.pending[.random]</c>.
/// </summary>
internal readonly ref struct AckSubject
{
    private AckSubject(int delivered, long sequence, long pending)
    {
        Delivered = delivered;
        Sequence = sequence;
        Pending = pending;
    }

    /// <summary>How often the message was delivered, this time included.</summary>
    public int Delivered { get; }

    /// <summary>Its number in the stream.</summary>
    public long Sequence { get; }

    /// <summary>How many the consumer has that were not delivered yet.</summary>
    public long Pending { get; }

    public static bool TryParse(ReadOnlySpan<byte> subject, out AckSubject result)
    {
        const int Short = 9;
        const int Long = 11;
        result = default;
        Span<Range> tokens = stackalloc Range[Long + 2];
        var count = subject.Split(tokens);
        if (count < Short || !subject.StartsWith("$JS.ACK."u8))
        {
            return false;
        }

        var first = count >= Long ? 6 : 4;
        if (Utf8Parser.TryParse(subject[tokens[first]], out int delivered, out _)
            && Utf8Parser.TryParse(subject[tokens[first + 1]], out long sequence, out _)
            && Utf8Parser.TryParse(subject[tokens[first + 4]], out long pending, out _))
        {
            result = new AckSubject(delivered, sequence, pending);
            return true;
        }

        return false;
    }
}

/// <summary>Words between dots.</summary>
file static class Words
{
    public static int Split(this ReadOnlySpan<byte> subject, Span<Range> tokens)
    {
        var count = 0;
        var start = 0;
        while (count < tokens.Length)
        {
            var dot = subject[start..].IndexOf((byte)'.');
            var end = dot < 0 ? subject.Length : start + dot;
            tokens[count++] = start..end;
            if (dot < 0)
            {
                break;
            }

            start = end + 1;
        }

        return count;
    }
}
