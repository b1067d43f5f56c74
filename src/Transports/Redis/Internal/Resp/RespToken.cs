using System.Buffers;
using System.Buffers.Text;
using HighPerf.Connections;

namespace HighPerf.Transports.Redis.Resp;

/// <summary>One type byte with its line: a scalar in the line, or how much follows. The one place that reads RESP's grammar.</summary>
internal readonly ref struct RespToken
{
    public const int MaxLine = 64 * 1024;
    public const int MaxBulk = 512 * 1024 * 1024;
    public const int MaxElements = 1024 * 1024;

    private RespToken(RespKind kind, ReadOnlySpan<byte> line, long number)
    {
        Kind = kind;
        Line = line;
        Number = number;
    }

    public RespKind Kind { get; }

    /// <summary>A scalar's text. Empty for what is counted.</summary>
    public ReadOnlySpan<byte> Line { get; }

    /// <summary>An integer's value, a bulk's bytes (-1 for null), an aggregate's direct elements (-1 for null; two for each pair of a map).</summary>
    public long Number { get; }

    public bool IsBulk => Kind is RespKind.Bulk or RespKind.BulkError or RespKind.Verbatim;

    public bool IsAggregate => Kind is RespKind.Array or RespKind.Map or RespKind.Set or RespKind.Push or RespKind.Attribute;

    /// <summary>Reads a token; false when its line is not there to its end, and then nothing is consumed.</summary>
    /// <exception cref="ConnectionProtocolException">The bytes are not RESP3.</exception>
    public static bool TryRead(ref SequenceReader<byte> reader, out RespToken token)
    {
        token = default;
        if (!reader.TryPeek(out var type))
        {
            return false;
        }

        if (!TryReadLine(ref reader, out var line))
        {
            return false;
        }

        var kind = (RespKind)type;
        var text = line[1..];
        token = kind switch
        {
            RespKind.SimpleString or RespKind.Error or RespKind.BigNumber => new RespToken(kind, text, 0),
            RespKind.Integer => new RespToken(kind, text, ParseInteger(text)),
            RespKind.Null when text.IsEmpty => new RespToken(kind, text, -1),
            RespKind.Boolean when text is [(byte)'t' or (byte)'f'] => new RespToken(kind, text, text[0] == (byte)'t' ? 1 : 0),
            RespKind.Double => new RespToken(kind, text, CheckDouble(text)),
            RespKind.Bulk => new RespToken(kind, default, ParseCount(kind, text, MaxBulk, nullable: true)),
            RespKind.BulkError or RespKind.Verbatim => new RespToken(kind, default, ParseCount(kind, text, MaxBulk, nullable: false)),
            RespKind.Array => new RespToken(kind, default, ParseCount(kind, text, MaxElements, nullable: true)),
            RespKind.Set or RespKind.Push => new RespToken(kind, default, ParseCount(kind, text, MaxElements, nullable: false)),
            RespKind.Map or RespKind.Attribute => new RespToken(kind, default, 2 * ParseCount(kind, text, MaxElements / 2, nullable: false)),
            _ => throw new ConnectionProtocolException($"RESP3: a value begins with byte 0x{type:X2} and '{Show(text)}'."),
        };
        return true;
    }

    private static bool TryReadLine(ref SequenceReader<byte> reader, out ReadOnlySpan<byte> line)
    {
        var span = reader.UnreadSpan;
        var window = span.Length > MaxLine ? span[..MaxLine] : span;
        var end = window.IndexOf((byte)'\n');
        if (end < 0)
        {
            return TryReadLineSlow(ref reader, out line);
        }

        line = span[..end];
        reader.Advance(end + 1);
        return TakeCarriageReturn(ref line);
    }

    private static bool TryReadLineSlow(ref SequenceReader<byte> reader, out ReadOnlySpan<byte> line)
    {
        line = default;
        var window = reader.UnreadSequence.Slice(0, Math.Min(reader.Remaining, MaxLine));
        if (window.PositionOf((byte)'\n') is not { } end)
        {
            return window.Length < MaxLine ? false : throw new ConnectionProtocolException($"RESP3: a line is longer than {MaxLine} bytes.");
        }

        line = window.Slice(0, end).ToArray();
        reader.Advance(line.Length + 1);
        return TakeCarriageReturn(ref line);
    }

    private static bool TakeCarriageReturn(ref ReadOnlySpan<byte> line)
    {
        if (line.Length < 2 || line[^1] != (byte)'\r')
        {
            throw new ConnectionProtocolException($"RESP3: the line '{Show(line)}' does not end in CR LF.");
        }

        line = line[..^1];
        return true;
    }

    private static long ParseInteger(ReadOnlySpan<byte> text)
    {
        var digits = text is [(byte)'+', .. var rest] ? rest : text;
        return Utf8Parser.TryParse(digits, out long value, out var used) && used == digits.Length
            ? value
            : throw new ConnectionProtocolException($"RESP3: '{Show(text)}' is not an integer.");
    }

    private static long ParseCount(RespKind kind, ReadOnlySpan<byte> text, int limit, bool nullable)
    {
        if (text is [(byte)'?'])
        {
            throw new ConnectionProtocolException("RESP3: streamed strings and aggregates are not supported; no server sends them unasked.");
        }

        if (nullable && text.SequenceEqual("-1"u8))
        {
            return -1;
        }

        if (!Utf8Parser.TryParse(text, out int count, out var used) || used != text.Length || count < 0 || text[0] is < (byte)'0' or > (byte)'9')
        {
            throw new ConnectionProtocolException($"RESP3: '{Show(text)}' is not the length of a {kind}.");
        }

        return count <= limit ? count : throw new ConnectionProtocolException($"RESP3: a {kind} of {count} is longer than {limit}.");
    }

    private static long CheckDouble(ReadOnlySpan<byte> text)
    {
        if (text.SequenceEqual("inf"u8) || text.SequenceEqual("-inf"u8) || text.SequenceEqual("nan"u8) || text.SequenceEqual("-nan"u8)
            || (Utf8Parser.TryParse(text, out double _, out var used) && used == text.Length))
        {
            return 0;
        }

        throw new ConnectionProtocolException($"RESP3: '{Show(text)}' is not a number.");
    }

    private static string Show(ReadOnlySpan<byte> text)
    {
        Span<char> shown = stackalloc char[Math.Min(text.Length, 24)];
        for (var i = 0; i < shown.Length; i++)
        {
            shown[i] = text[i] is >= 0x20 and < 0x7F ? (char)text[i] : '.';
        }

        return shown.ToString();
    }
}
