using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace HighPerf.Transports.ActiveMq.Stomp;

/// <summary>Writes frames. What is called raw must hold nothing that needs escaping; everything else is escaped.</summary>
internal readonly ref struct StompWriter(IBufferWriter<byte> output)
{
    private const int MaxNumber = 20;

    private readonly IBufferWriter<byte> _output = output;

    public void Command(ReadOnlySpan<byte> name)
    {
        var span = _output.GetSpan(name.Length + 1);
        name.CopyTo(span);
        span[name.Length] = (byte)'\n';
        _output.Advance(name.Length + 1);
    }

    /// <summary>A header with a raw name and a raw value.</summary>
    public void Raw(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        var span = _output.GetSpan(name.Length + value.Length + 2);
        name.CopyTo(span);
        span[name.Length] = (byte)':';
        value.CopyTo(span[(name.Length + 1)..]);
        span[name.Length + 1 + value.Length] = (byte)'\n';
        _output.Advance(name.Length + value.Length + 2);
    }

    public void Header(ReadOnlySpan<byte> name, long number)
    {
        Span<byte> digits = stackalloc byte[MaxNumber];
        Utf8Formatter.TryFormat(number, digits, out var length);
        Raw(name, digits[..length]);
    }

    /// <exception cref="ArgumentException">The value has a NUL.</exception>
    public void Header(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value)
    {
        var span = _output.GetSpan((name.Length + value.Length) * 2 + 2);
        var length = StompEscapes.Escape(name, span);
        span[length++] = (byte)':';
        length += StompEscapes.Escape(value, span[length..]);
        span[length++] = (byte)'\n';
        _output.Advance(length);
    }

    /// <exception cref="ArgumentException">The value has a NUL.</exception>
    public void Header(ReadOnlySpan<byte> name, string value)
    {
        const int MaxOnStack = 512;
        var max = Encoding.UTF8.GetMaxByteCount(value.Length);
        var rented = max > MaxOnStack ? ArrayPool<byte>.Shared.Rent(max) : null;
        var bytes = rented is null ? stackalloc byte[MaxOnStack] : rented;
        try
        {
            Header(name, bytes[..Encoding.UTF8.GetBytes(value, bytes)]);
        }
        finally
        {
            if (rented is not null)
            {
                ArrayPool<byte>.Shared.Return(rented);
            }
        }
    }

    /// <summary>Ends a frame without a body.</summary>
    public void End()
    {
        "\n\0"u8.CopyTo(_output.GetSpan(2));
        _output.Advance(2);
    }

    /// <summary>Ends a frame with a body of any bytes.</summary>
    public void End(ReadOnlySpan<byte> body)
    {
        Header("content-length"u8, body.Length);
        var span = _output.GetSpan(body.Length + 2);
        span[0] = (byte)'\n';
        body.CopyTo(span[1..]);
        span[body.Length + 1] = 0;
        _output.Advance(body.Length + 2);
    }
}
