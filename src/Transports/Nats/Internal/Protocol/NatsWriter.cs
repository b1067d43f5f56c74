using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace HighPerf.Transports.Nats.Protocol;

/// <summary>Writes frames of a client. <see cref="Complete"/> hands the bytes to the buffer.</summary>
internal ref struct NatsWriter(IBufferWriter<byte> output)
{
    private const int MaxDigits = 20;

    private readonly IBufferWriter<byte> _output = output;
    private Span<byte> _span;
    private int _used;

    /// <summary>PUB: a message without headers.</summary>
    public void Publish(scoped ReadOnlySpan<byte> subject, scoped ReadOnlySpan<byte> replyTo, scoped ReadOnlySpan<byte> payload)
    {
        Raw("PUB "u8);
        Raw(subject);
        Raw(" "u8);
        if (!replyTo.IsEmpty)
        {
            Raw(replyTo);
            Raw(" "u8);
        }

        Number(payload.Length);
        Raw("\r\n"u8);
        Raw(payload);
        Raw("\r\n"u8);
    }

    /// <summary>HPUB: a message with headers, which are a whole block with first line and empty line.</summary>
    public void Publish(scoped ReadOnlySpan<byte> subject, scoped ReadOnlySpan<byte> replyTo, scoped ReadOnlySpan<byte> headers, scoped ReadOnlySpan<byte> payload)
    {
        Raw("HPUB "u8);
        Raw(subject);
        Raw(" "u8);
        if (!replyTo.IsEmpty)
        {
            Raw(replyTo);
            Raw(" "u8);
        }

        Number(headers.Length);
        Raw(" "u8);
        Number(headers.Length + payload.Length);
        Raw("\r\n"u8);
        Raw(headers);
        Raw(payload);
        Raw("\r\n"u8);
    }

    public void Subscribe(scoped ReadOnlySpan<byte> subject, long sid)
    {
        Raw("SUB "u8);
        Raw(subject);
        Raw(" "u8);
        Number(sid);
        Raw("\r\n"u8);
    }

    public void Unsubscribe(long sid)
    {
        Raw("UNSUB "u8);
        Number(sid);
        Raw("\r\n"u8);
    }

    public void Raw(scoped ReadOnlySpan<byte> bytes)
    {
        Ensure(bytes.Length);
        bytes.CopyTo(_span[_used..]);
        _used += bytes.Length;
    }

    public void Text(string text)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        Ensure(length);
        _used += Encoding.UTF8.GetBytes(text, _span[_used..]);
    }

    public void Number(long number)
    {
        Ensure(MaxDigits);
        Utf8Formatter.TryFormat(number, _span[_used..], out var length);
        _used += length;
    }

    public void Complete()
    {
        if (_used > 0)
        {
            _output.Advance(_used);
            _span = default;
            _used = 0;
        }
    }

    private void Ensure(int count)
    {
        if (_span.Length - _used < count)
        {
            if (_used > 0)
            {
                _output.Advance(_used);
                _used = 0;
            }

            _span = _output.GetSpan(Math.Max(count, 256));
        }
    }
}
