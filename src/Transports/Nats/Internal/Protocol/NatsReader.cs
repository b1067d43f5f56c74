using System.Buffers;
using System.Buffers.Text;
using HighPerf.Connections;

namespace HighPerf.Transports.Nats.Protocol;

/// <summary>
/// Takes frames off what was received, in bounded lengths. A line in several pieces is put together in a buffer of its own; everything else stays where it is.
/// </summary>
internal sealed class NatsReader
{
    /// <summary>The server's own bound for a line, max_control_line.</summary>
    public const int MaxLine = 4 * 1024;

    /// <summary>INFO names all servers of a cluster.</summary>
    public const int MaxInfo = 256 * 1024;

    public const int MaxPayload = 64 * 1024 * 1024;

    private byte[] _line = new byte[MaxLine];

    /// <summary>Takes the first frame off <paramref name="received"/>; false, and nothing taken, when it is not whole yet.</summary>
    /// <exception cref="ConnectionProtocolException">The bytes are not the protocol's, or exceed a bound.</exception>
    public bool TryRead(ref ReadOnlySequence<byte> received, out NatsFrame frame)
    {
        frame = default;
        if (!TryReadLine(in received, out var line, out var rest))
        {
            return false;
        }

        var name = Token(ref line);
        if (Is(name, "MSG"u8))
        {
            return TryReadMessage(line, hasHeaders: false, ref received, rest, ref frame);
        }

        if (Is(name, "HMSG"u8))
        {
            return TryReadMessage(line, hasHeaders: true, ref received, rest, ref frame);
        }

        frame.Kind = Is(name, "PING"u8) ? NatsFrameKind.Ping
            : Is(name, "PONG"u8) ? NatsFrameKind.Pong
            : Is(name, "+OK"u8) ? NatsFrameKind.Ok
            : Is(name, "-ERR"u8) ? NatsFrameKind.Error
            : Is(name, "INFO"u8) ? NatsFrameKind.Info
            : throw new ConnectionProtocolException("NATS: a line begins with a word that is none of the protocol's.");
        frame.Text = line.Trim((byte)' ');
        received = received.Slice(rest);
        return true;
    }

    private static bool TryReadMessage(ReadOnlySpan<byte> line, bool hasHeaders, ref ReadOnlySequence<byte> received, SequencePosition rest, ref NatsFrame frame)
    {
        frame.Kind = NatsFrameKind.Message;
        frame.Subject = Token(ref line);
        var sid = Token(ref line);
        var third = Token(ref line);
        var fourth = Token(ref line);
        var fifth = Token(ref line);
        var numbers = hasHeaders ? 2 : 1;
        var tokens = 2 + (third.IsEmpty ? 0 : 1) + (fourth.IsEmpty ? 0 : 1) + (fifth.IsEmpty ? 0 : 1);
        if (tokens < 2 + numbers || tokens > 3 + numbers || !line.IsEmpty || !Utf8Parser.TryParse(sid, out frame.Sid, out var used) || used != sid.Length)
        {
            throw new ConnectionProtocolException("NATS: a message's line does not have what it should have.");
        }

        var hasReply = tokens == 3 + numbers;
        frame.ReplyTo = hasReply ? third : default;
        var first = hasReply ? fourth : third;
        var headers = hasHeaders ? Length(first) : 0;
        var total = Length(hasHeaders ? (hasReply ? fifth : fourth) : first);
        if (headers > total)
        {
            throw new ConnectionProtocolException("NATS: a message's headers are longer than the message.");
        }

        var body = received.Slice(rest);
        if (body.Length < total + 2)
        {
            return false;
        }

        frame.Headers = body.Slice(0, headers);
        frame.Payload = body.Slice(headers, total - headers);
        var end = body.Slice(total, 2);
        Span<byte> ending = stackalloc byte[2];
        end.CopyTo(ending);
        if (!ending.SequenceEqual("\r\n"u8))
        {
            throw new ConnectionProtocolException("NATS: a message does not end where its length says.");
        }

        received = received.Slice(end.End);
        return true;
    }

    private bool TryReadLine(in ReadOnlySequence<byte> received, out ReadOnlySpan<byte> line, out SequencePosition rest)
    {
        rest = default;
        var first = received.FirstSpan;
        var length = first.IndexOf((byte)'\n');
        if (length >= 0)
        {
            line = Checked(first[..length]);
            rest = received.GetPosition(length + 1);
            return true;
        }

        line = default;
        var limit = first.Length > 0 && (first[0] | 0x20) == 'i' ? MaxInfo : MaxLine;
        if (received.PositionOf((byte)'\n') is not { } end)
        {
            return received.Length <= limit ? false : throw new ConnectionProtocolException($"NATS: a line has more than {limit} bytes.");
        }

        var pieces = received.Slice(0, end);
        if (pieces.Length > limit)
        {
            throw new ConnectionProtocolException($"NATS: a line has more than {limit} bytes.");
        }

        if (pieces.Length > _line.Length)
        {
            _line = new byte[MaxInfo];
        }

        pieces.CopyTo(_line);
        line = Checked(_line.AsSpan(0, (int)pieces.Length));
        rest = received.GetPosition(1, end);
        return true;
    }

    private static ReadOnlySpan<byte> Checked(ReadOnlySpan<byte> line)
    {
        if (line.IsEmpty || line[^1] != (byte)'\r')
        {
            throw new ConnectionProtocolException("NATS: a line does not end with CR LF.");
        }

        return line.Length <= MaxLine || (line[0] | 0x20) == 'i' ? line[..^1] : throw new ConnectionProtocolException($"NATS: a line has more than {MaxLine} bytes.");
    }

    /// <summary>The next word of a line; words are separated by any number of spaces.</summary>
    private static ReadOnlySpan<byte> Token(scoped ref ReadOnlySpan<byte> line)
    {
        line = line.TrimStart(" \t"u8);
        var end = line.IndexOfAny((byte)' ', (byte)'\t');
        var token = end < 0 ? line : line[..end];
        line = end < 0 ? default : line[end..].TrimStart(" \t"u8);
        return token;
    }

    private static int Length(ReadOnlySpan<byte> digits)
        => Utf8Parser.TryParse(digits, out int length, out var used) && used == digits.Length && length is >= 0 and <= MaxPayload
            ? length
            : throw new ConnectionProtocolException($"NATS: a length is not one, or exceeds {MaxPayload} bytes.");

    private static bool Is(ReadOnlySpan<byte> token, ReadOnlySpan<byte> name)
    {
        if (token.Length != name.Length)
        {
            return false;
        }

        // Words may be in either case.
        return token.SequenceEqual(name) || System.Text.Ascii.EqualsIgnoreCase(token, name);
    }
}
