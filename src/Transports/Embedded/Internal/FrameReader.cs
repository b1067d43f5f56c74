using System.Buffers.Binary;
using System.Text;

namespace HighPerf.Transports.Embedded;

/// <summary>Reads a frame's payload. What is not whole is an <see cref="InvalidDataException"/>, which ends the connection.</summary>
internal ref struct FrameReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    /// <summary>All that was not read.</summary>
    public readonly ReadOnlySpan<byte> Rest => _rest;

    /// <exception cref="InvalidDataException">There is more than the frame should contain.</exception>
    public readonly void End()
    {
        if (!_rest.IsEmpty)
        {
            throw new InvalidDataException($"A frame has {_rest.Length} bytes more than it should contain.");
        }
    }

    public byte Byte() => Bytes(1)[0];

    public int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Bytes(4));

    public long Int64() => BinaryPrimitives.ReadInt64LittleEndian(Bytes(8));

    public string? Text()
    {
        var length = Int32();
        return length < 0 ? null : Encoding.UTF8.GetString(Bytes(length));
    }

    public ReadOnlySpan<byte> Bytes(int count)
    {
        if ((uint)count > (uint)_rest.Length)
        {
            throw new InvalidDataException("A frame ends before what it should contain.");
        }

        var bytes = _rest[..count];
        _rest = _rest[count..];
        return bytes;
    }
}
