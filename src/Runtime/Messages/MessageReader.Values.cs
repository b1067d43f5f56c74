using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace HighPerf;

/// <summary>Reading types of the base library that have an encoding of their own.</summary>
public ref partial struct MessageReader
{
    // The longest name that the base library takes for a culture.
    private const int MaxCultureName = 85;

    // An array without elements may still have a length in some dimension that the runtime refuses.
    private const int MaxRoom = 1 << 30;

    /// <summary>Reads a URI, absolute or relative.</summary>
    public Uri? ReadUri()
    {
        var text = ReadString();
        if (text is null)
        {
            return null;
        }

        return Uri.TryCreate(text, UriKind.RelativeOrAbsolute, out var uri) ? uri : throw new MessageFormatException("A text is not a URI.", _position);
    }

    /// <summary>Reads a culture by its name.</summary>
    public CultureInfo? ReadCultureInfo()
    {
        var name = ReadString();
        if (name is null)
        {
            return null;
        }

        try
        {
            return name.Length <= MaxCultureName ? CultureInfo.GetCultureInfo(name) : throw new MessageFormatException("A text is too long for the name of a culture.", _position);
        }
        catch (CultureNotFoundException)
        {
            throw new MessageFormatException("A text is not the name of a culture that is known here.", _position);
        }
    }

    /// <summary>Reads a version.</summary>
    public Version? ReadVersion()
    {
        if (!TryReadObjectHeader(4, "System.Version", out var count))
        {
            return null;
        }

        if (count != 4)
        {
            ThrowVersion();
        }

        ref var run = ref Take(16);
        var (major, minor, build, revision) = (Load<int>(ref run, 0), Load<int>(ref run, 4), Load<int>(ref run, 8), Load<int>(ref run, 12));
        if (major < 0 || minor < 0 || build < -1 || revision < -1 || (build == -1 && revision != -1))
        {
            ThrowVersion();
        }

        return build == -1 ? new Version(major, minor) : revision == -1 ? new Version(major, minor, build) : new Version(major, minor, build, revision);
    }

    /// <summary>Reads a string builder's text, which is always in UTF-16 form.</summary>
    public StringBuilder? ReadStringBuilder()
    {
        var count = ReadCollectionHeader(sizeof(char));
        if (count < 0)
        {
            return null;
        }

        var bytes = count * sizeof(char);
        return new StringBuilder(count).Append(MemoryMarshal.Cast<byte, char>(MemoryMarshal.CreateReadOnlySpan(ref Take(bytes), bytes)));
    }

    /// <summary>Reads a string and interns it.</summary>
    public string? ReadInternedString() => ReadString() is { } text ? string.Intern(text) : null;

    /// <summary>Reads bits that <see cref="MessageWriter.WriteBits"/> wrote.</summary>
    public bool[]? ReadBits()
    {
        var count = Read<int>();
        if (count == -1)
        {
            return null;
        }

        if (count < 0 || (count + 31L) / 32 > Remaining / 4)
        {
            ThrowCount(count);
        }

        var bits = new bool[count];
        for (var i = 0; i < count; i += 32)
        {
            var word = Read<uint>();
            for (var bit = 0; bit < 32 && i + bit < count; bit++)
            {
                bits[i + bit] = ((word >> bit) & 1) != 0;
            }
        }

        return bits;
    }

    /// <summary>
    /// Reads the header of an array of several dimensions: false for null, else their lengths and the count of all elements, which the remaining bytes can hold.
    /// </summary>
    public bool TryReadDimensions(scoped Span<int> dimensions, int minimumElementSize, out int count)
    {
        count = 0;
        var header = Take(1);
        if (header == Null)
        {
            return false;
        }

        if (header != dimensions.Length + 1)
        {
            ThrowDimensions();
        }

        var product = 1L;
        var room = 1L;
        for (var i = 0; i < dimensions.Length; i++)
        {
            dimensions[i] = Read<int>();
            if (dimensions[i] < 0)
            {
                ThrowDimensions();
            }

            product = Math.Min(product * dimensions[i], int.MaxValue + 1L);
            room = Math.Min(room * Math.Max(dimensions[i], 1), MaxRoom + 1L);
        }

        count = ReadCollectionHeader(minimumElementSize);
        if (count != product || room > MaxRoom)
        {
            ThrowDimensions();
        }

        return true;
    }

    [DoesNotReturn]
    private readonly void ThrowVersion() => throw new MessageFormatException("A version has four parts, and some may be -1.", _position);

    [DoesNotReturn]
    private readonly void ThrowDimensions() => throw new MessageFormatException("The dimensions of an array do not fit each other or its type.", _position);
}
