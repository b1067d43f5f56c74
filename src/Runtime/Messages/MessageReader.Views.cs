using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace HighPerf;

/// <summary>
/// What views are made of. They do not walk with a reader, whose fields would be loaded and stored at every step, but from a place with the bytes that are left there: a
/// length that is greater says that there is no such value.
/// </summary>
public ref partial struct MessageReader
{
    /// <summary>The length of what is no value: more than any message has, and little enough to add to. For generated code.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public const long NoLength = 1L << 40;

    /// <summary>The place of the next byte, which may be the end; for generated code.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public readonly ref byte Here
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref Unsafe.Add(ref MemoryMarshal.GetReference(_bytes), _position);
    }

    /// <summary>The bytes of a value that was checked, from an offset to its end; for generated code.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public static ReadOnlySpan<byte> Part(ref byte start, int offset, int length) => MemoryMarshal.CreateReadOnlySpan(ref Unsafe.Add(ref start, offset), length - offset);

    /// <summary>Goes past a value whose length is known; false where it is longer than what is left. For generated code.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TrySkip(long length)
    {
        if (length > Remaining)
        {
            return false;
        }

        _position += (int)length;
        return true;
    }

    /// <summary>Whether the whole body, or the only argument in it, is next and has more members than are declared here. For generated code.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public readonly bool IsNewer(byte declared)
        => _isBody && Remaining > 0 && (_position == 0 || (_position == 1 && _bytes[0] == 1)) && _bytes[_position] > declared && _bytes[_position] < Wide;

    /// <summary>The bytes of the string whose header is here, whether or not they are there; for generated code.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long TextLength(ref byte header)
    {
        var head = Unsafe.ReadUnaligned<int>(ref header);
        return head < -1 ? 8L + ~head : 4L + (2L * Math.Max(head, 0));
    }

    /// <summary>The bytes of the collection of values whose header is here, whether or not they are there; for generated code.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long ValuesLength<T>(ref byte header)
    {
        var count = Unsafe.ReadUnaligned<int>(ref header);
        return count < -1 ? NoLength : 4L + (Math.Max(count, 0L) * Unsafe.SizeOf<T>());
    }

    /// <summary>The place of the first member of a version-tolerant object that is not null, after their lengths; for generated code.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public static long MembersAt(ref byte at, long left, out MemberLengths lengths)
    {
        var count = at;
        lengths = new MemberLengths { Next = 1, Left = count };

        // Nearly always each length is one byte.
        return count < left && count < Wide && !MemoryMarshal.CreateReadOnlySpan(ref Unsafe.Add(ref at, 1), count).ContainsAnyExceptInRange((byte)0, (byte)127)
            ? 1L + count
            : LongMembersAt(ref at, left);
    }

    /// <summary>Whether the next member is there; for generated code.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool HasMember(ref byte at, ref MemberLengths lengths)
    {
        if (lengths.Left > 0 && Unsafe.Add(ref at, lengths.Next) is < 128 and var length)
        {
            lengths.Left--;
            lengths.Next++;
            return length > 0;
        }

        return NextLength(ref at, ref lengths) > 0;
    }

    /// <summary>The bytes of members that are not known here; for generated code.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public static long SkipMembers(ref byte at, ref MemberLengths lengths, int count)
    {
        var length = 0L;
        for (; count > 0 && lengths.Left > 0; count--)
        {
            length += NextLength(ref at, ref lengths);
        }

        return length;
    }

    /// <summary>The place of a union's case, and its tag, where it is not null; for generated code.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public static long CaseAt(ref byte at, long left, out int tag)
    {
        tag = at;
        if (tag < Wide)
        {
            return 1;
        }

        if (tag > Wide || left < 3)
        {
            return NoLength;
        }

        tag = Load<ushort>(ref at, 1);
        return 3;
    }

    /// <summary>Whether objects may be nested so deeply no more; for generated code.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool IsTooDeep(int depth) => depth > MessageWriter.ShallowDepth && (depth > MessageWriter.MaxDepth || !RuntimeHelpers.TryEnsureSufficientExecutionStack());

    /// <summary>True where every bit pattern is a value, so that a copy of the memory will do.</summary>
    internal static bool IsPlain<T>()
        => default(T) is not null
            && typeof(T) != typeof(bool) && typeof(T) != typeof(decimal) && typeof(T) != typeof(DateTime) && typeof(T) != typeof(DateTimeOffset)
            && typeof(T) != typeof(DateOnly) && typeof(T) != typeof(TimeOnly) && typeof(T) != typeof(Rune);

    /// <summary>Loads a value without references, or a nullable of one, and checks those that the base library trusts. The compiler leaves one line of this.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static T LoadValue<T>(ref byte run, int offset)
    {
        if (default(T) is null)
        {
            return LoadNullable<T>(ref run, offset);
        }

        if (typeof(T) == typeof(DateTimeOffset))
        {
            var value = LoadDateTimeOffset(ref run, offset);
            return Unsafe.As<DateTimeOffset, T>(ref value);
        }

        if (!IsPlain<T>())
        {
            Check<T>(ref run, offset);
        }

        return Unsafe.ReadUnaligned<T>(ref Unsafe.Add(ref run, offset));
    }

    /// <summary>Reads the UTF-8 text whose bytes are these, and whose header is in the eight bytes before them.</summary>
    internal static string ReadUtf8(ReadOnlySpan<byte> text)
    {
        var reader = new MessageReader(MemoryMarshal.CreateReadOnlySpan(ref Unsafe.Subtract(ref MemoryMarshal.GetReference(text), 8), text.Length + 8));
        return reader.ReadString()!;
    }

    [DoesNotReturn]
    internal static void ThrowChanged() => throw new MessageFormatException("The bytes are not those that were checked: a view was used after its message was given back.");

    private static long LongMembersAt(ref byte at, long left)
    {
        var count = at;
        if (count >= Wide)
        {
            return NoLength;
        }

        var reader = new MessageReader(Part(ref at, 0, (int)left)) { _position = 1 };
        try
        {
            reader.CheckLengths(count);
            return reader._position;
        }
        catch (MessageFormatException)
        {
            return NoLength;
        }
    }

    private static int NextLength(ref byte at, ref MemberLengths lengths)
    {
        if (lengths.Left == 0)
        {
            return 0;
        }

        // The lengths were checked: of these bytes, only those of the next one are read.
        const int Longest = 1 + sizeof(long);
        lengths.Left--;
        var reader = new MessageReader(MemoryMarshal.CreateReadOnlySpan(ref Unsafe.Add(ref at, lengths.Next), Longest));
        var length = (int)reader.ReadVarint();
        lengths.Next += reader._position;
        return length;
    }

    private static T LoadNullable<T>(ref byte run, int offset)
    {
        if (!LoadBoolean(ref run, offset))
        {
            return default!;
        }

        if (typeof(T) == typeof(DateTimeOffset?))
        {
            DateTimeOffset? value = LoadDateTimeOffset(ref run, offset + 8);
            return Unsafe.As<DateTimeOffset?, T>(ref value);
        }

        if (typeof(T) == typeof(bool?))
        {
            LoadBoolean(ref run, offset + 1);
        }
        else if (typeof(T) == typeof(DateOnly?) || typeof(T) == typeof(Rune?))
        {
            Check<T>(ref run, offset + 4);
        }
        else
        {
            Check<T>(ref run, offset + 8);
        }

        return Unsafe.ReadUnaligned<T>(ref Unsafe.Add(ref run, offset));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Check<T>(ref byte run, int offset)
    {
        if (typeof(T) == typeof(bool))
        {
            LoadBoolean(ref run, offset);
        }
        else if (typeof(T) == typeof(decimal) || typeof(T) == typeof(decimal?))
        {
            LoadDecimal(ref run, offset);
        }
        else if (typeof(T) == typeof(DateTime) || typeof(T) == typeof(DateTime?))
        {
            LoadDateTime(ref run, offset);
        }
        else if (typeof(T) == typeof(DateOnly) || typeof(T) == typeof(DateOnly?))
        {
            LoadDateOnly(ref run, offset);
        }
        else if (typeof(T) == typeof(TimeOnly) || typeof(T) == typeof(TimeOnly?))
        {
            LoadTimeOnly(ref run, offset);
        }
        else if (typeof(T) == typeof(Rune) || typeof(T) == typeof(Rune?))
        {
            LoadRune(ref run, offset);
        }
    }
}
