using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace HighPerf.Transports.Embedded;

/// <summary>Builds a frame's payload in memory that each thread keeps.</summary>
internal readonly struct FrameWriter
{
    [ThreadStatic]
    private static ArrayBufferWriter<byte>? t_buffer;

    private readonly ArrayBufferWriter<byte> _buffer;

    private FrameWriter(ArrayBufferWriter<byte> buffer) => _buffer = buffer;

    public ReadOnlySpan<byte> Written => _buffer.WrittenSpan;

    /// <summary>An empty one. The thread's one before it is gone.</summary>
    public static FrameWriter New()
    {
        var buffer = t_buffer;
        if (buffer is null || buffer.Capacity > 1024 * 1024)
        {
            t_buffer = buffer = new ArrayBufferWriter<byte>(1024);
        }

        buffer.ResetWrittenCount();
        return new FrameWriter(buffer);
    }

    public FrameWriter Byte(byte value)
    {
        _buffer.GetSpan(1)[0] = value;
        _buffer.Advance(1);
        return this;
    }

    public FrameWriter Int32(int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(_buffer.GetSpan(4), value);
        _buffer.Advance(4);
        return this;
    }

    public FrameWriter Int64(long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(_buffer.GetSpan(8), value);
        _buffer.Advance(8);
        return this;
    }

    public FrameWriter Text(string? text)
    {
        if (text is null)
        {
            return Int32(-1);
        }

        Int32(Encoding.UTF8.GetByteCount(text));
        Encoding.UTF8.GetBytes(text, _buffer);
        return this;
    }

    public FrameWriter Bytes(ReadOnlySpan<byte> bytes)
    {
        _buffer.Write(bytes);
        return this;
    }

    public FrameWriter Bytes(in ReadOnlySequence<byte> bytes)
    {
        foreach (var segment in bytes)
        {
            _buffer.Write(segment.Span);
        }

        return this;
    }
}
