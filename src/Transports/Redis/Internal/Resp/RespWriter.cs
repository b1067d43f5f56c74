using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace HighPerf.Transports.Redis.Resp;

/// <summary>Writes commands: arrays of bulk strings. <see cref="Complete"/> hands the bytes to the buffer.</summary>
internal ref struct RespWriter(IBufferWriter<byte> output)
{
    private const int MaxHeader = 24;

    private readonly IBufferWriter<byte> _output = output;
    private Span<byte> _span;
    private int _used;

    /// <summary>Begins a command of so many arguments, its name included.</summary>
    public void Command(int arguments) => Header((byte)'*', arguments);

    public void Argument(scoped ReadOnlySpan<byte> bytes)
    {
        Header((byte)'$', bytes.Length);
        Ensure(bytes.Length + 2);
        bytes.CopyTo(_span[_used..]);
        EndLine(bytes.Length);
    }

    public void Argument(string text)
    {
        var length = Encoding.UTF8.GetByteCount(text);
        Header((byte)'$', length);
        Ensure(length + 2);
        Encoding.UTF8.GetBytes(text, _span[_used..]);
        EndLine(length);
    }

    public void Argument(long number)
    {
        Span<byte> digits = stackalloc byte[20];
        Utf8Formatter.TryFormat(number, digits, out var length);
        Argument(digits[..length]);
    }

    /// <summary>Arguments that are whole commands already.</summary>
    public void Raw(scoped ReadOnlySpan<byte> bytes)
    {
        Ensure(bytes.Length);
        bytes.CopyTo(_span[_used..]);
        _used += bytes.Length;
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

    private void Header(byte type, int count)
    {
        Ensure(MaxHeader);
        _span[_used++] = type;
        Utf8Formatter.TryFormat(count, _span[_used..], out var length);
        _used += length;
        EndLine(0);
    }

    private void EndLine(int advance)
    {
        _used += advance;
        _span[_used] = (byte)'\r';
        _span[_used + 1] = (byte)'\n';
        _used += 2;
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
