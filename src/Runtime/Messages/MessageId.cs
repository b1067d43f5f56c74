using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using HighPerf.Messages;

namespace HighPerf;

/// <summary>
/// Identity of a message: 16 bytes, minted once at the caller as a UUIDv7 (RFC 9562 section 5.7) or derived from other ids as a UUIDv8 (section 5.8).
/// Everything that must happen once (sinks, group counts, duplicate filters) is keyed by it.
/// </summary>
public readonly struct MessageId : IEquatable<MessageId>, ISpanFormattable
{
    // Big-endian halves of the UUID, so that ids order by time.
    private readonly ulong _high;
    private readonly ulong _low;

    private MessageId(ulong high, ulong low)
    {
        _high = high;
        _low = low;
    }

    /// <summary>The absent id: all zeros.</summary>
    public static MessageId None => default;

    /// <summary>True for <see cref="None"/>.</summary>
    public bool IsNone => (_high | _low) == 0;

    internal ulong High => _high;

    internal ulong Low => _low;

    /// <summary>Mints a UUIDv7 with the given clock: 48 bits of Unix milliseconds, 74 random bits.</summary>
    /// <param name="clock">The clock; <see cref="TimeProvider.System"/> when null.</param>
    public static MessageId New(TimeProvider? clock = null) => New((clock ?? TimeProvider.System).GetUtcNow().UtcTicks);

    internal static MessageId New(long utcTicks)
    {
        var milliseconds = (ulong)((utcTicks - DateTime.UnixEpoch.Ticks) / TimeSpan.TicksPerMillisecond);
        var (a, b) = IdRandom.Next();
        return new MessageId((milliseconds << 16) | 0x7000 | (a & 0x0FFF), 0x8000_0000_0000_0000 | (b >> 2));
    }

    /// <summary>
    /// Derives an id from a parent and a discriminator: the same input gives the same id in every process, so that a redelivered event or completion publishes
    /// the same commands again and not new ones. UUIDv8 from the first 16 bytes of SHA-256 over both.
    /// </summary>
    public static MessageId Derive(MessageId parent, ulong discriminator, ulong ordinal = 0)
    {
        Span<byte> input = stackalloc byte[32];
        parent.WriteTo(input);
        BinaryPrimitives.WriteUInt64LittleEndian(input[16..], discriminator);
        BinaryPrimitives.WriteUInt64LittleEndian(input[24..], ordinal);
        return FromHash(input);
    }

    /// <summary>Derives an id from text, for example from a data source's name and position.</summary>
    public static MessageId Derive(ReadOnlySpan<char> text) => FromHash(MemoryMarshal.AsBytes(text));

    private static MessageId FromHash(ReadOnlySpan<byte> input)
    {
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(input, hash);
        var high = BinaryPrimitives.ReadUInt64BigEndian(hash);
        var low = BinaryPrimitives.ReadUInt64BigEndian(hash[8..]);
        return new MessageId((high & 0xFFFF_FFFF_FFFF_0FFF) | 0x8000, 0x8000_0000_0000_0000 | (low >> 2));
    }

    /// <summary>Reads 16 bytes in network order.</summary>
    /// <exception cref="ArgumentException">Fewer than 16 bytes.</exception>
    public static MessageId ReadFrom(ReadOnlySpan<byte> source)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(source.Length, 16, nameof(source));
        return ReadUnchecked(ref Unsafe.AsRef(in MemoryMarshal.GetReference(source)));
    }

    /// <summary>Writes 16 bytes in network order.</summary>
    /// <exception cref="ArgumentException">Room for fewer than 16 bytes.</exception>
    public void WriteTo(Span<byte> destination)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(destination.Length, 16, nameof(destination));
        WriteUnchecked(ref MemoryMarshal.GetReference(destination));
    }

    internal static MessageId ReadUnchecked(ref byte source)
        => new(BinaryPrimitives.ReverseEndianness(Unsafe.ReadUnaligned<ulong>(ref source)), BinaryPrimitives.ReverseEndianness(Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref source, 8))));

    internal void WriteUnchecked(ref byte destination)
    {
        Unsafe.WriteUnaligned(ref destination, BinaryPrimitives.ReverseEndianness(_high));
        Unsafe.WriteUnaligned(ref Unsafe.Add(ref destination, 8), BinaryPrimitives.ReverseEndianness(_low));
    }

    /// <summary>The same 128 bits as a <see cref="Guid"/>.</summary>
    public Guid ToGuid()
    {
        Span<byte> bytes = stackalloc byte[16];
        WriteTo(bytes);
        return new Guid(bytes, bigEndian: true);
    }

    /// <summary>The message id of a <see cref="Guid"/>.</summary>
    public static MessageId FromGuid(Guid value)
    {
        Span<byte> bytes = stackalloc byte[16];
        value.TryWriteBytes(bytes, bigEndian: true, out _);
        return ReadFrom(bytes);
    }

    /// <summary>Parses the usual 36-character form.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out MessageId id)
    {
        var parsed = Guid.TryParseExact(text, "D", out var value);
        id = parsed ? FromGuid(value) : default;
        return parsed;
    }

    /// <inheritdoc/>
    public bool Equals(MessageId other) => _high == other._high && _low == other._low;

    /// <inheritdoc/>
    public override bool Equals([NotNullWhen(true)] object? obj) => obj is MessageId other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_high, _low);

    /// <summary>The usual 36-character form.</summary>
    public override string ToString() => ToGuid().ToString("D");

    /// <inheritdoc/>
    public string ToString(string? format, IFormatProvider? formatProvider) => ToString();

    /// <inheritdoc/>
    public bool TryFormat(Span<char> destination, out int charsWritten, ReadOnlySpan<char> format, IFormatProvider? provider)
        => ToGuid().TryFormat(destination, out charsWritten, "D");

    /// <summary>Equality of all 16 bytes.</summary>
    public static bool operator ==(MessageId left, MessageId right) => left.Equals(right);

    /// <summary>Inequality.</summary>
    public static bool operator !=(MessageId left, MessageId right) => !left.Equals(right);
}
