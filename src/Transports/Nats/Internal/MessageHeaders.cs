using System.Buffers;
using System.Buffers.Text;

namespace HighPerf.Transports.Nats;

/// <summary>
/// What travels beside a message's bytes. The block has one length for all messages of a queue, so that the server's count of bytes says how many are the messages':
/// <c>Hp</c> with expiry, due instant, earlier deliveries and lane; <c>Nats-Msg-Id</c>, by which the server knows what it has; <c>Nats-Expected-Stream</c>.
/// </summary>
internal struct MessageHeaders
{
    /// <summary>Room for any block.</summary>
    public const int MaxBytes = 640;

    private const int TickDigits = 16;
    private const int BeforeDigits = 4;
    private const int LaneDigits = 3;
    private const int IdDigits = 32;
    private const int EpochDigits = 8;
    private const int AttemptDigits = 4;
    private const int FieldsAt = 14;
    private const int FieldsLength = TickDigits + TickDigits + BeforeDigits + LaneDigits;
    private const int IdAt = FieldsAt + FieldsLength + 15;

    /// <summary>UTC ticks; 0 for never.</summary>
    public long Expires;

    /// <summary>UTC ticks; 0 for at once.</summary>
    public long Due;

    /// <summary>Deliveries before it was put where it is.</summary>
    public int Before;

    /// <summary>Where it goes or went.</summary>
    public int Lane;

    public MessageId Id;

    /// <summary>Part of what the server knows it by: a retry has the id of its message, and is another one.</summary>
    public ushort Attempt;

    /// <summary>The message that it was made of, and of what kind: a copy that is published twice is added once. 0 for an original.</summary>
    public long Source;

    public char SourceKind;

    private static ReadOnlySpan<byte> Beginning => "NATS/1.0\r\nHp: "u8;

    private static ReadOnlySpan<byte> IdName => "\r\nNats-Msg-Id: "u8;

    private static ReadOnlySpan<byte> StreamName => "\r\nNats-Expected-Stream: "u8;

    /// <summary>Bytes of an original's block.</summary>
    public static int Length(int streamLength) => IdAt + IdDigits + EpochDigits + AttemptDigits + StreamName.Length + streamLength + 4;

    /// <summary>Writes the block without its last empty line, which <see cref="End"/> writes.</summary>
    public readonly int Write(Span<byte> block, int epoch, ReadOnlySpan<byte> stream)
    {
        var at = 0;
        Put(block, ref at, Beginning);
        Hex(block, ref at, Expires, TickDigits);
        Hex(block, ref at, Due, TickDigits);
        Hex(block, ref at, Math.Min(Before, 0xFFFF), BeforeDigits);
        Hex(block, ref at, Lane, LaneDigits);
        if (!Id.IsNone || Source > 0)
        {
            Put(block, ref at, IdName);
            Span<byte> id = stackalloc byte[IdDigits / 2];
            Id.WriteTo(id);
            foreach (var value in id)
            {
                Hex(block, ref at, value, 2);
            }

            Hex(block, ref at, epoch, EpochDigits);
            Hex(block, ref at, Attempt, AttemptDigits);
            if (Source > 0)
            {
                block[at++] = (byte)SourceKind;
                Utf8Formatter.TryFormat(Source, block[at..], out var digits);
                at += digits;
            }
        }

        Put(block, ref at, StreamName);
        Put(block, ref at, stream);
        Put(block, ref at, "\r\n"u8);
        return at;
    }

    public static int End(Span<byte> block, int at)
    {
        Put(block, ref at, "\r\n"u8);
        return at;
    }

    /// <summary>Reads a block; what others published without one is a message that never expires.</summary>
    public static MessageHeaders Read(in ReadOnlySequence<byte> block)
    {
        var headers = default(MessageHeaders);
        Span<byte> bytes = stackalloc byte[IdAt + IdDigits];
        var length = (int)Math.Min(block.Length, bytes.Length);
        block.Slice(0, length).CopyTo(bytes);
        bytes = bytes[..length];
        if (length < FieldsAt + FieldsLength || !bytes.StartsWith(Beginning))
        {
            headers.Lane = -1;
            return headers;
        }

        var at = FieldsAt;
        headers.Expires = Hex(bytes, ref at, TickDigits);
        headers.Due = Hex(bytes, ref at, TickDigits);
        headers.Before = (int)Hex(bytes, ref at, BeforeDigits);
        headers.Lane = (int)Hex(bytes, ref at, LaneDigits);
        if (length == IdAt + IdDigits && bytes[at..].StartsWith(IdName))
        {
            at = IdAt;
            Span<byte> id = stackalloc byte[IdDigits / 2];
            foreach (ref var value in id)
            {
                value = (byte)Hex(bytes, ref at, 2);
            }

            headers.Id = MessageId.ReadFrom(id);
        }

        return headers;
    }

    private static void Put(Span<byte> block, ref int at, ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(block[at..]);
        at += bytes.Length;
    }

    private static void Hex(Span<byte> block, ref int at, long value, int digits)
    {
        for (var i = digits - 1; i >= 0; i--)
        {
            block[at + i] = "0123456789abcdef"u8[(int)(value & 0xF)];
            value >>= 4;
        }

        at += digits;
    }

    private static long Hex(ReadOnlySpan<byte> block, ref int at, int digits)
    {
        long value = 0;
        foreach (var digit in block.Slice(at, digits))
        {
            value = (value << 4) | (uint)(digit <= '9' ? digit - '0' : (digit | 0x20) - 'a' + 10) & 0xF;
        }

        at += digits;
        return value;
    }
}
