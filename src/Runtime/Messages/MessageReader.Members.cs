using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace HighPerf;

/// <summary>Reading unions, and version-tolerant and circular objects, whose members are preceded by their lengths.</summary>
public ref partial struct MessageReader
{
    private const byte Null = 255;
    private const byte Wide = 250;

    /// <summary>Reads the header of a version-tolerant object: false for null, else the lengths of its members. No length is negative.</summary>
    public bool TryReadMemberLengths(string contract, out MemberLengths lengths)
    {
        if (Remaining == 0)
        {
            ThrowNoHeader(contract);
        }

        var count = _bytes[_position++];
        lengths = default;
        if (count == Null)
        {
            return false;
        }

        if (count >= Wide)
        {
            ThrowReserved(count);
        }

        lengths.Next = _position;
        lengths.Left = count;

        // Nearly always each length is one byte.
        if (count <= Remaining && !_bytes.Slice(_position, count).ContainsAnyExceptInRange((byte)0, (byte)127))
        {
            _position += count;
            return true;
        }

        CheckLengths(count);
        return true;
    }

    /// <summary>Whether the next member is there; if so, its bytes are next.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool HasMember(ref MemberLengths lengths)
    {
        if (lengths.Left > 0 && _bytes[lengths.Next] < 128)
        {
            lengths.Left--;
            return _bytes[lengths.Next++] > 0;
        }

        return NextLength(ref lengths) > 0;
    }

    /// <summary>Reads past members that are not known here.</summary>
    public void SkipMembers(ref MemberLengths lengths, int count)
    {
        for (; count > 0 && lengths.Left > 0; count--)
        {
            Take(NextLength(ref lengths));
        }
    }

    /// <summary>
    /// Reads the header of a circular object. True where its members follow: the id goes with the object to <see cref="AddReference"/> before they are read. False
    /// for null and for an object that was read before.
    /// </summary>
    /// <exception cref="MessageFormatException">A reference to something that was not read, or to another type.</exception>
    public bool TryReadCircular<T>(string contract, out MemberLengths lengths, out uint id, out T? known)
        where T : class
    {
        known = null;
        id = 0;
        if (Remaining > 0 && _bytes[_position] == Wide)
        {
            Take(1);
            lengths = default;
            var reference = ReadId();
            if (_references is null || !_references.TryGetValue(reference, out var found))
            {
                throw new MessageFormatException($"There is a reference to object {reference}, which was not read before.", _position);
            }

            known = found as T ?? throw new MessageFormatException($"There is a reference to object {reference}, which is of another type.", _position);
            return false;
        }

        if (!TryReadMemberLengths(contract, out lengths))
        {
            return false;
        }

        id = ReadId();
        return true;
    }

    /// <summary>Notes an object that references may point to.</summary>
    public void AddReference(uint id, object value)
    {
        _references ??= [];
        if (!_references.TryAdd(id, value))
        {
            throw new MessageFormatException($"Two objects have the id {id}.", _position);
        }
    }

    /// <summary>Reads the tag of a union's case; false for null.</summary>
    public bool TryReadUnionTag(out ushort tag)
    {
        tag = Take(1);
        if (tag < Wide)
        {
            return true;
        }

        if (tag == Wide)
        {
            tag = Read<ushort>();
            return true;
        }

        if (tag != Null)
        {
            ThrowReserved((byte)tag);
        }

        return false;
    }

    private void CheckLengths(int count)
    {
        for (var i = 0; i < count; i++)
        {
            if (ReadVarint() is < 0 or > int.MaxValue)
            {
                ThrowLength();
            }
        }
    }

    private uint ReadId()
    {
        var id = ReadVarint();
        return id is >= 0 and <= uint.MaxValue ? (uint)id : throw new MessageFormatException($"{id} is no object id.", _position);
    }

    private int NextLength(ref MemberLengths lengths)
    {
        if (lengths.Left == 0)
        {
            return 0;
        }

        lengths.Left--;
        var at = _bytes[lengths.Next];
        if (at < 128)
        {
            lengths.Next++;
            return at;
        }

        var position = _position;
        _position = lengths.Next;
        var length = (int)ReadVarint();
        lengths.Next = _position;
        _position = position;
        return length;
    }

    private long ReadVarint()
    {
        var code = (sbyte)Take(1);
        return code switch
        {
            >= -120 => code,
            unchecked((sbyte)0x87) => Take(1),
            unchecked((sbyte)0x86) => (sbyte)Take(1),
            unchecked((sbyte)0x85) => Read<ushort>(),
            unchecked((sbyte)0x84) => Read<short>(),
            unchecked((sbyte)0x83) => Read<uint>(),
            unchecked((sbyte)0x82) => Read<int>(),
            unchecked((sbyte)0x81) => Read<ulong>() is var wide and <= long.MaxValue ? (long)wide : throw new MessageFormatException("A number is too large.", _position),
            _ => Read<long>(),
        };
    }

    [DoesNotReturn]
    private readonly void ThrowReserved(byte code) => throw new MessageFormatException($"{code} is no header.", _position);

    [DoesNotReturn]
    private readonly void ThrowLength() => throw new MessageFormatException("A member's length is negative or too large.", _position);
}
