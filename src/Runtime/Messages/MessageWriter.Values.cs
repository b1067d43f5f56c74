using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace HighPerf;

/// <summary>Writing types of the base library that have an encoding of their own.</summary>
public ref partial struct MessageWriter
{
    /// <summary>A string in UTF-16 form, which every reader understands and which keeps unpaired surrogates.</summary>
    public void WriteUtf16String(string? value)
    {
        if (value is null)
        {
            Write(-1);
            return;
        }

        WriteUnmanagedSpan(value.AsSpan());
    }

    /// <summary>A URI: its original string.</summary>
    public void WriteUri(Uri? value) => WriteString(value?.OriginalString);

    /// <summary>A culture: its name.</summary>
    public void WriteCultureInfo(CultureInfo? value) => WriteString(value?.Name);

    /// <summary>A version: four numbers, -1 for those that it does not have.</summary>
    public void WriteVersion(Version? value)
    {
        if (value is null)
        {
            WriteNullObject();
            return;
        }

        ref var run = ref Reserve(17);
        run = 4;
        Store(ref run, 1, value.Major);
        Store(ref run, 5, value.Minor);
        Store(ref run, 9, value.Build);
        Store(ref run, 13, value.Revision);
    }

    /// <summary>A string builder's text, always in UTF-16 form.</summary>
    public void WriteStringBuilder(StringBuilder? value)
    {
        if (value is null)
        {
            Write(-1);
            return;
        }

        Write(value.Length);
        foreach (var chunk in value.GetChunks())
        {
            WriteRaw(MemoryMarshal.AsBytes(chunk.Span));
        }
    }

    /// <summary>Bits: their count, then 32 of them in each number, the first one lowest.</summary>
    public void WriteBits(bool[]? value)
    {
        if (value is null)
        {
            Write(-1);
            return;
        }

        var words = (int)((value.Length + 31L) / 32);
        ref var run = ref Reserve(checked(4 + (words * 4)));
        Store(ref run, 0, value.Length);
        for (var word = 0; word < words; word++)
        {
            var bits = 0U;
            var from = word * 32;
            for (var i = Math.Min(32, value.Length - from) - 1; i >= 0; i--)
            {
                bits = (bits << 1) | (value[from + i] ? 1U : 0U);
            }

            Store(ref run, 4 + (word * 4), bits);
        }
    }

    /// <summary>Header of an array of several dimensions: their number and lengths, and the count of all elements.</summary>
    public void WriteDimensions(Array value)
    {
        var rank = value.Rank;
        ref var run = ref Reserve(1 + ((rank + 1) * 4));
        run = (byte)(rank + 1);
        for (var i = 0; i < rank; i++)
        {
            Store(ref run, 1 + (i * 4), value.GetLength(i));
        }

        Store(ref run, 1 + (rank * 4), value.Length);
    }

    /// <summary>The elements of an array of several dimensions in row-major order, which is how they are in memory.</summary>
    public static Span<T> AsSpan<T>(Array value)
        => MemoryMarshal.CreateSpan(ref Unsafe.As<byte, T>(ref MemoryMarshal.GetArrayDataReference(value)), value.Length);
}
