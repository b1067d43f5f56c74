using System.Buffers;
using System.Buffers.Text;
using HighPerf.Connections;
using HighPerf.Transports.Redis.Resp;

namespace HighPerf.Transports.Redis;

/// <summary>An entry's id in its stream: milliseconds of the server's clock and a number.</summary>
internal readonly record struct StreamId(long Milliseconds, ulong Sequence) : IComparable<StreamId>
{
    private const int MaxText = 41;

    public static StreamId Parse(ReadOnlySpan<byte> text)
        => Utf8Parser.TryParse(text, out long milliseconds, out var used) && used < text.Length && text[used] == (byte)'-'
            && Utf8Parser.TryParse(text[(used + 1)..], out ulong sequence, out var rest) && used + 1 + rest == text.Length
            ? new StreamId(milliseconds, sequence)
            : throw new ConnectionProtocolException("Redis answered an entry id that is none.");

    public static StreamId Parse(in ReadOnlySequence<byte> text)
    {
        if (text.IsSingleSegment)
        {
            return Parse(text.FirstSpan);
        }

        Span<byte> copy = stackalloc byte[MaxText];
        if (text.Length > MaxText)
        {
            throw new ConnectionProtocolException("Redis answered an entry id that is too long.");
        }

        text.CopyTo(copy);
        return Parse(copy[..(int)text.Length]);
    }

    public void Write(ref RespWriter writer)
    {
        Span<byte> text = stackalloc byte[MaxText];
        Utf8Formatter.TryFormat(Milliseconds, text, out var length);
        text[length++] = (byte)'-';
        Utf8Formatter.TryFormat(Sequence, text[length..], out var rest);
        writer.Argument(text[..(length + rest)]);
    }

    public int CompareTo(StreamId other)
    {
        var byTime = Milliseconds.CompareTo(other.Milliseconds);
        return byTime != 0 ? byTime : Sequence.CompareTo(other.Sequence);
    }

    public override string ToString() => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Milliseconds}-{Sequence}");
}
