using System.Buffers;
using System.Buffers.Text;
using System.Text;
using HighPerf.Connections;

namespace HighPerf.Transports.ActiveMq.Stomp;

/// <summary>
/// Takes frames off received bytes, one at a time. The headers are copied into a block of its own and unescaped there; the body stays where it is. Both are valid until the
/// next frame is read. One reader per connection; it allocates only when a frame has more headers than any before.
/// </summary>
internal sealed class StompReader(StompLimits limits)
{
    private byte[] _block = new byte[1024];
    private Header[] _headers = new Header[32];
    private int _commandLength;
    private int _count;
    private long _needed;
    private long _searched;

    public StompCommand Command { get; private set; }

    /// <summary>The command as it came.</summary>
    public ReadOnlySpan<byte> CommandName => _block.AsSpan(0, _commandLength);

    public ReadOnlySequence<byte> Body { get; private set; }

    /// <summary>Headers of the frame, repeated ones included.</summary>
    public int HeaderCount => _count;

    /// <summary>Forgets a frame of which only a part was received.</summary>
    public void Reset() => (_needed, _searched) = (0, 0);

    /// <summary>Reads a whole frame off the front; false when there is none. Heart-beats in front of it are taken as well.</summary>
    /// <exception cref="ConnectionProtocolException">The bytes are not STOMP 1.2, or a bound is exceeded.</exception>
    public bool TryRead(ref ReadOnlySequence<byte> received)
    {
        SkipHeartBeats(ref received);
        if (received.IsEmpty || received.Length < _needed)
        {
            return false;
        }

        if (!TryFindHeaderEnd(in received, out var headerLength))
        {
            return false;
        }

        ParseHeaders(received.Slice(0, headerLength));
        if (!TryFindBody(in received, headerLength, out var bodyLength))
        {
            return false;
        }

        Body = received.Slice(headerLength, bodyLength);
        received = received.Slice(headerLength + bodyLength + 1);
        Reset();
        return true;
    }

    /// <summary>A header's value; false when the frame has none of the name. Of repeated ones the first counts.</summary>
    public bool TryGet(ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        foreach (ref readonly var header in _headers.AsSpan(0, _count))
        {
            if (_block.AsSpan(header.Name, header.NameLength).SequenceEqual(name))
            {
                value = _block.AsSpan(header.Value, header.ValueLength);
                return true;
            }
        }

        value = default;
        return false;
    }

    public bool Has(ReadOnlySpan<byte> name) => TryGet(name, out _);

    /// <summary>A header's text; null when there is none.</summary>
    public string? Text(ReadOnlySpan<byte> name) => TryGet(name, out var value) ? Encoding.UTF8.GetString(value) : null;

    /// <summary>A header's number; <paramref name="otherwise"/> when there is none, or something that is no number.</summary>
    public long Number(ReadOnlySpan<byte> name, long otherwise = 0)
        => TryGet(name, out var value) && Utf8Parser.TryParse(value, out long number, out var used) && used == value.Length ? number : otherwise;

    /// <summary>A header by its place.</summary>
    public (string Name, string Value) HeaderAt(int index)
    {
        ref readonly var header = ref _headers.AsSpan(0, _count)[index];
        return (Encoding.UTF8.GetString(_block, header.Name, header.NameLength), Encoding.UTF8.GetString(_block, header.Value, header.ValueLength));
    }

    private static void SkipHeartBeats(ref ReadOnlySequence<byte> received)
    {
        var reader = new SequenceReader<byte>(received);
        reader.AdvancePastAny((byte)'\n', (byte)'\r');
        received = reader.UnreadSequence;
    }

    /// <summary>Where the empty line behind the headers ends.</summary>
    private bool TryFindHeaderEnd(in ReadOnlySequence<byte> received, out long length)
    {
        var reader = new SequenceReader<byte>(received);
        while (reader.TryAdvanceTo((byte)'\n'))
        {
            if (reader.IsNext((byte)'\n', advancePast: true) || reader.IsNext("\r\n"u8, advancePast: true))
            {
                length = reader.Consumed;
                return length <= limits.MaxHeaderBytes ? true : throw TooLong();
            }

            if (reader.Consumed > limits.MaxHeaderBytes)
            {
                throw TooLong();
            }
        }

        length = 0;
        return received.Length <= limits.MaxHeaderBytes ? false : throw TooLong();
    }

    private void ParseHeaders(in ReadOnlySequence<byte> headers)
    {
        var length = (int)headers.Length;
        if (_block.Length < length)
        {
            _block = new byte[Math.Max(length, _block.Length * 2)];
        }

        headers.CopyTo(_block);
        _count = 0;
        var at = NextLine(0, length, out var end);
        _commandLength = end;
        Command = CommandOf(_block.AsSpan(0, end));

        // The greeting is not escaped: the version that says how is only agreed upon by it.
        var isEscaped = Command != StompCommand.Connected;
        while (at < length)
        {
            var start = at;
            at = NextLine(start, length, out end);
            if (end > start)
            {
                AddHeader(start, end, isEscaped);
            }
        }
    }

    private int NextLine(int start, int length, out int end)
    {
        var next = start + _block.AsSpan(start, length - start).IndexOf((byte)'\n') + 1;
        end = next - 1;
        if (end > start && _block[end - 1] == (byte)'\r')
        {
            end--;
        }

        return next;
    }

    private void AddHeader(int start, int end, bool isEscaped)
    {
        var line = _block.AsSpan(start, end - start);
        var colon = line.IndexOf((byte)':');
        if (colon < 0)
        {
            throw new ConnectionProtocolException("STOMP: a header has no colon.");
        }

        if (_count == limits.MaxHeaders)
        {
            throw new ConnectionProtocolException($"STOMP: a frame has more than {limits.MaxHeaders} headers.");
        }

        if (_count == _headers.Length)
        {
            Array.Resize(ref _headers, _count * 2);
        }

        var name = line[..colon];
        var value = line[(colon + 1)..];
        _headers[_count++] = isEscaped
            ? new Header(start, StompEscapes.Unescape(name), start + colon + 1, StompEscapes.Unescape(value))
            : new Header(start, name.Length, start + colon + 1, value.Length);
    }

    private bool TryFindBody(in ReadOnlySequence<byte> received, long headerLength, out long length)
    {
        if (TryGet("content-length"u8, out var text))
        {
            if (!Utf8Parser.TryParse(text, out length, out var used) || used != text.Length || length < 0)
            {
                throw new ConnectionProtocolException("STOMP: a content-length is no length.");
            }

            if (length > limits.MaxBodyBytes)
            {
                throw new ConnectionProtocolException($"STOMP: a body of {length} bytes is longer than {limits.MaxBodyBytes}.");
            }

            _needed = headerLength + length + 1;
            if (received.Length < _needed)
            {
                return false;
            }

            return received.Slice(headerLength + length, 1).FirstSpan[0] == 0 ? true : throw new ConnectionProtocolException("STOMP: a body does not end where its content-length says.");
        }

        var from = Math.Max(headerLength, _searched);
        var end = received.Slice(from).PositionOf((byte)0);
        length = end is { } position ? received.Slice(headerLength, position).Length : received.Length - headerLength;
        if (length > limits.MaxBodyBytes)
        {
            throw new ConnectionProtocolException($"STOMP: a body is longer than {limits.MaxBodyBytes} bytes.");
        }

        (_searched, _needed) = (received.Length, received.Length + 1);
        return end is not null;
    }

    private static StompCommand CommandOf(ReadOnlySpan<byte> name)
        => name.SequenceEqual("MESSAGE"u8) ? StompCommand.Message
            : name.SequenceEqual("RECEIPT"u8) ? StompCommand.Receipt
            : name.SequenceEqual("ERROR"u8) ? StompCommand.Error
            : name.SequenceEqual("CONNECTED"u8) ? StompCommand.Connected
            : StompCommand.Other;

    private ConnectionProtocolException TooLong() => new($"STOMP: the headers of a frame are longer than {limits.MaxHeaderBytes} bytes.");

    private readonly record struct Header(int Name, int NameLength, int Value, int ValueLength);
}
