using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;
using HighPerf.Messages;

namespace HighPerf;

/// <summary>
/// Reads MemoryPack's format from contiguous bytes. Every length is checked against the bytes that are there before anything is allocated, and values that the
/// base library trusts (decimal, date and time types, bool) are validated. Segmented input is made contiguous once, by <see cref="ContiguousBytes"/>.
/// </summary>
public ref partial struct MessageReader
{
    private const int FreeAhead = 16 * 1024;

    private readonly ReadOnlySpan<byte> _bytes;
    private int _position;
    private int _depth;
    private bool _isBody;
    private int _owed;
    private long _claimed;
    private Dictionary<uint, object>? _references;

    /// <summary>Starts reading.</summary>
    public MessageReader(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>
    /// Starts reading the whole body of a message. An object after which nothing else comes may have more members there than are known: a newer version added them at the
    /// end, and they are left unread.
    /// </summary>
    public static MessageReader OfBody(ReadOnlySpan<byte> body) => new(body) { _isBody = true };

    /// <summary>Bytes consumed.</summary>
    public readonly int Position => _position;

    /// <summary>Bytes left.</summary>
    public readonly int Remaining => _bytes.Length - _position;

    /// <summary>Takes a run of <paramref name="count"/> bytes: the one bounds check of a run of fixed-size members.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref byte Take(int count)
    {
        if ((uint)count > (uint)(_bytes.Length - _position))
        {
            ThrowTruncated(count);
        }

        ref var at = ref Unsafe.Add(ref MemoryMarshal.GetReference(_bytes), _position);
        _position += count;
        return ref at;
    }

    /// <summary>Loads an unmanaged value at an offset of a taken run. For types whose every bit pattern is valid.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Load<T>(ref byte run, int offset)
        where T : unmanaged
        => Unsafe.ReadUnaligned<T>(ref Unsafe.Add(ref run, offset));

    /// <summary>Loads a bool: 0 or 1.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool LoadBoolean(ref byte run, int offset)
    {
        var value = Unsafe.Add(ref run, offset);
        if (value > 1)
        {
            ThrowInvalid("bool", value, offset);
        }

        return value != 0;
    }

    /// <summary>Loads a decimal with a valid scale and sign.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static decimal LoadDecimal(ref byte run, int offset)
    {
        var flags = Load<int>(ref run, offset);
        if ((flags & 0x7F00_FFFF) != 0 || (flags & 0x00FF_0000) > 28 << 16)
        {
            ThrowInvalid("decimal flags", flags, offset);
        }

        return Load<decimal>(ref run, offset);
    }

    /// <summary>Loads a <see cref="DateTime"/> with ticks in range; the kind is kept, nothing is converted.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DateTime LoadDateTime(ref byte run, int offset)
    {
        var raw = Load<long>(ref run, offset);
        if ((raw & 0x3FFF_FFFF_FFFF_FFFF) > DateTime.MaxValue.Ticks)
        {
            ThrowInvalid("DateTime", raw, offset);
        }

        return Load<DateTime>(ref run, offset);
    }

    /// <summary>Loads a <see cref="DateTimeOffset"/>: offset within 14 hours, both instants in range.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static DateTimeOffset LoadDateTimeOffset(ref byte run, int offset)
    {
        // Older runtimes leave the two bytes behind a short zero, newer ones extend its sign.
        var stored = Load<int>(ref run, offset);
        var minutes = (short)stored;
        var utc = Load<long>(ref run, offset + 8);
        var clock = unchecked(utc + (minutes * TimeSpan.TicksPerMinute));
        if ((uint)(minutes + 840) > 1680 || (stored != minutes && stored != (ushort)minutes) || (ulong)utc > (ulong)DateTime.MaxValue.Ticks || (ulong)clock > (ulong)DateTime.MaxValue.Ticks)
        {
            ThrowInvalid("DateTimeOffset", utc, offset);
        }

        // The constructor would check all of it again.
        return InstantMemory.IsKnown && stored == minutes ? Load<DateTimeOffset>(ref run, offset) : new DateTimeOffset(clock, new TimeSpan(minutes * TimeSpan.TicksPerMinute));
    }

    /// <summary>Loads a <see cref="DateOnly"/> in range.</summary>
    public static DateOnly LoadDateOnly(ref byte run, int offset)
    {
        var day = Load<int>(ref run, offset);
        if ((uint)day > (uint)DateOnly.MaxValue.DayNumber)
        {
            ThrowInvalid("DateOnly", day, offset);
        }

        return DateOnly.FromDayNumber(day);
    }

    /// <summary>Loads a <see cref="TimeOnly"/> in range.</summary>
    public static TimeOnly LoadTimeOnly(ref byte run, int offset)
    {
        var ticks = Load<long>(ref run, offset);
        if ((ulong)ticks >= TimeSpan.TicksPerDay)
        {
            ThrowInvalid("TimeOnly", ticks, offset);
        }

        return new TimeOnly(ticks);
    }

    /// <summary>Loads a <see cref="Rune"/>: a Unicode scalar value.</summary>
    public static Rune LoadRune(ref byte run, int offset)
    {
        var value = Load<int>(ref run, offset);
        if (!Rune.TryCreate(value, out var rune))
        {
            ThrowInvalid("Rune", value, offset);
        }

        return rune;
    }

    /// <summary>Reads one unmanaged value whose every bit pattern is valid.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Read<T>()
        where T : unmanaged
        => Unsafe.ReadUnaligned<T>(ref Take(Unsafe.SizeOf<T>()));

    /// <summary>
    /// Takes an object's header and the run of fixed-size members behind it, without the header, in one check; a null reference where the object is null, has not as many
    /// members, or is cut short: then nothing was taken, and <see cref="TryReadObjectHeader"/> tells.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ref byte TakeObject(byte members, int size)
    {
        var position = _position;
        if (_bytes.Length - position > size)
        {
            ref var at = ref Unsafe.Add(ref MemoryMarshal.GetReference(_bytes), position);
            if (at == members)
            {
                _position = position + 1 + size;
                return ref Unsafe.Add(ref at, 1);
            }
        }

        return ref Unsafe.NullRef<byte>();
    }

    /// <summary>Reads an object header. False for null; otherwise the member count, at most <paramref name="declared"/>.</summary>
    /// <exception cref="MessageFormatException">More members than declared, or a reserved code.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryReadObjectHeader(byte declared, string contract, out byte memberCount)
    {
        if ((uint)_position < (uint)_bytes.Length)
        {
            memberCount = _bytes[_position];
            if (memberCount <= declared)
            {
                _position++;
                return true;
            }
        }

        return TryReadUnusualHeader(declared, contract, out memberCount);
    }

    private bool TryReadUnusualHeader(byte declared, string contract, out byte memberCount)
    {
        if (Remaining == 0)
        {
            ThrowNoHeader(contract);
        }

        memberCount = _bytes[_position++];
        if (memberCount == Null)
        {
            return false;
        }

        // The body itself, or the only argument in it.
        if (!_isBody || memberCount >= 250 || (_position != 1 && (_position != 2 || _bytes[0] != 1)))
        {
            ThrowMemberCount(contract, declared, memberCount);
        }

        memberCount = declared;
        return true;
    }

    /// <summary>Reads a collection header: -1 for null, else a count that the remaining bytes can hold.</summary>
    /// <param name="minimumElementSize">The least bytes that one element takes; at least 1.</param>
    /// <exception cref="MessageFormatException">A negative count, or more elements than the bytes that are there.</exception>
    public int ReadCollectionHeader(int minimumElementSize)
    {
        var count = Read<int>();
        if (count < -1 || count > (Remaining - _owed) / minimumElementSize)
        {
            ThrowCount(count);
        }

        return count;
    }

    /// <summary>
    /// Notes the least bytes that the elements of a collection will take, before they are read: an element that claims those for itself is refused at once. For elements
    /// that can hold collections.
    /// </summary>
    public void Owe(int bytes) => _owed += bytes;

    /// <summary>Takes back the least bytes of an element that is read next.</summary>
    public void Repay(int bytes) => _owed -= bytes;

    /// <summary>
    /// How many elements to allocate before they are read: all that are claimed while the claims of a message stay below four times its bytes, then a few at a time.
    /// A count is only a claim until its elements were read.
    /// </summary>
    public int Ahead<T>(int count)
    {
        var bytes = (long)count * Unsafe.SizeOf<T>();
        if (_claimed + bytes > (4L * _bytes.Length) + FreeAhead)
        {
            return Math.Min(count, 4);
        }

        _claimed += bytes;
        return count;
    }

    /// <summary>Reads a string in either form (UTF-8 or UTF-16).</summary>
    /// <exception cref="MessageFormatException">A length beyond the bytes that are there, or text that is not valid.</exception>
    public string? ReadString()
    {
        // The position lives in memory: it is loaded once and stored once, instead of waiting for each store in turn.
        var position = _position;
        var left = _bytes.Length - position;
        if (left < sizeof(int))
        {
            ThrowTruncated(sizeof(int));
        }

        ref var at = ref Unsafe.Add(ref MemoryMarshal.GetReference(_bytes), position);
        var header = Unsafe.ReadUnaligned<int>(ref at);
        if (header >= -1)
        {
            _position = position + sizeof(int);
            return header == -1 ? null : header == 0 ? string.Empty : ReadUtf16(header);
        }

        // Not ~header + 8 first: the sum of a hostile length overflows (hazard 1 of the wire format).
        var byteCount = ~header;
        if (byteCount > left - (2 * sizeof(int)))
        {
            ThrowTruncatedText(byteCount);
        }

        var hint = Unsafe.ReadUnaligned<int>(ref Unsafe.Add(ref at, sizeof(int)));
        _position = position + (2 * sizeof(int)) + byteCount;
        var utf8 = MemoryMarshal.CreateReadOnlySpan(ref Unsafe.Add(ref at, 2 * sizeof(int)), byteCount);
        if (hint == byteCount && hint <= ShortText.MaxLength)
        {
            return ShortText.TryWiden(utf8, out var text) ? text : throw Garbled(_position);
        }

        return ReadLongText(utf8, hint);
    }

    /// <summary>Text that is long, not ASCII, or without its length in UTF-16.</summary>
    private string ReadLongText(ReadOnlySpan<byte> utf8, int hint)
    {
        if (hint <= 0)
        {
            // Writers that do not know the UTF-16 length leave it out; invalid text is then replaced, as MemoryPack does.
            return Encoding.UTF8.GetString(utf8);
        }

        if (hint > utf8.Length)
        {
            _position -= utf8.Length;
            ThrowText();
        }

        return string.Create(hint, new Utf8Source(utf8, _position), static (destination, source) =>
        {
            // As many characters as bytes: they are ASCII or not what the header says.
            var written = 0;
            var status = source.Bytes.Length == destination.Length
                ? Ascii.ToUtf16(source.Bytes, destination, out written)
                : Utf8.ToUtf16(source.Bytes, destination, out _, out written, replaceInvalidSequences: false);
            if (status != OperationStatus.Done || written != destination.Length)
            {
                throw Garbled(source.End);
            }
        });
    }

    private void ThrowTruncatedText(int byteCount)
    {
        _position += sizeof(int);
        _ = Read<int>();
        ThrowTruncated(byteCount);
    }

    private static MessageFormatException Garbled(int position) => new("A string's bytes are not the UTF-8 text that its header says.", position);

    /// <summary>Reads an array of unmanaged elements whose every bit pattern is valid: one block copy.</summary>
    public T[]? ReadUnmanagedArray<T>()
        where T : unmanaged
    {
        var count = ReadCollectionHeader(Unsafe.SizeOf<T>());
        if (count <= 0)
        {
            return count < 0 ? null : [];
        }

        var array = GC.AllocateUninitializedArray<T>(count);
        CopyElements(array.AsSpan());
        return array;
    }

    /// <summary>Reads a list of unmanaged elements whose every bit pattern is valid: one block copy.</summary>
    public List<T>? ReadUnmanagedList<T>()
        where T : unmanaged
    {
        var count = ReadCollectionHeader(Unsafe.SizeOf<T>());
        if (count < 0)
        {
            return null;
        }

        var list = new List<T>(count);
        CollectionsMarshal.SetCount(list, count);
        CopyElements(CollectionsMarshal.AsSpan(list));
        return list;
    }

    private void CopyElements<T>(Span<T> destination)
        where T : unmanaged
    {
        var bytes = MemoryMarshal.AsBytes(destination);
        MemoryMarshal.CreateReadOnlySpan(ref Take(bytes.Length), bytes.Length).CopyTo(bytes);
    }

    /// <summary>Enters a nested object; generated code calls it around recursive contracts.</summary>
    /// <exception cref="MessageFormatException">Deeper than <see cref="MessageWriter.MaxDepth"/>, or than the thread's stack has room for.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Enter()
    {
        if (++_depth > MessageWriter.ShallowDepth)
        {
            CheckDepth();
        }
    }

    /// <summary>Leaves a nested object.</summary>
    public void Leave() => _depth--;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private readonly void CheckDepth()
    {
        if (_depth > MessageWriter.MaxDepth)
        {
            throw new MessageFormatException($"Objects are nested deeper than {MessageWriter.MaxDepth} levels.", _position);
        }

        if (!RuntimeHelpers.TryEnsureSufficientExecutionStack())
        {
            throw new MessageFormatException($"Objects are nested {_depth} levels deep, which is more than this thread's stack has room for.", _position);
        }
    }

    private string ReadUtf16(int charCount)
    {
        if (charCount > Remaining / sizeof(char))
        {
            ThrowTruncated(charCount);
        }

        var bytes = MemoryMarshal.CreateReadOnlySpan(ref Take(charCount * sizeof(char)), charCount * sizeof(char));
        return new string(MemoryMarshal.Cast<byte, char>(bytes));
    }

    [DoesNotReturn]
    private readonly void ThrowTruncated(int count) => throw new MessageFormatException($"{count} bytes are expected, {Remaining} are there.", _position, Remaining);

    [DoesNotReturn]
    private readonly void ThrowText() => throw new MessageFormatException("A string's length header does not fit its bytes.", _position);

    [DoesNotReturn]
    private readonly void ThrowCount(int count) => throw new MessageFormatException($"A collection says that it has {count} elements; {Remaining} bytes are left.", _position);

    [DoesNotReturn]
    private readonly void ThrowMemberCount(string contract, byte declared, byte found)
        => throw new MessageFormatException(
            $"There are {declared} members here and {found} in the bytes: a newer version of the contract, or another contract. Member {declared + 1} is the first that is not known here.", _position - 1) { Member = contract, IsNewer = found < 250 };

    [DoesNotReturn]
    private readonly void ThrowNoHeader(string contract) => throw new MessageFormatException("There is no object header.", _position) { Member = contract };

    [DoesNotReturn]
    private static void ThrowInvalid(string what, long value, int offset) => throw new MessageFormatException($"{value} is not a valid {what}.", -1, offset);

    private readonly ref struct Utf8Source(ReadOnlySpan<byte> bytes, int end)
    {
        public readonly ReadOnlySpan<byte> Bytes = bytes;
        public readonly int End = end;
    }
}
