using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace HighPerf;

/// <summary>Writing unions, references, and types of the base library that have a form of their own.</summary>
public sealed partial class JsonMessageWriter
{
    private Dictionary<object, int>? _references;
    private int _tag = -1;
    private int _id = -1;

    /// <summary>The object that follows is this case of a union: it begins with <c>$type</c>.</summary>
    public void Discriminate(int tag) => _tag = tag;

    /// <summary>Writes an object of a circular contract as <c>$ref</c> where it was written before; else the object that follows has an <c>$id</c>.</summary>
    public bool TryWriteReference(object value)
    {
        _references ??= new Dictionary<object, int>(ReferenceEqualityComparer.Instance);
        if (!_references.TryGetValue(value, out var known))
        {
            _id = _references.Count;
            _references.Add(value, _id);
            return false;
        }

        StartObject();
        _json.WriteNumber("$ref"u8, known);
        EndObject();
        return true;
    }

    /// <summary>Writes what a formatter of the user's writes, as base64.</summary>
    public void WriteFormatted<T, TFormatter>(T? value)
        where TFormatter : IMessageFormatter<T>
    {
        var buffer = BufferPool.Shared.Rent();
        try
        {
            var writer = new MessageWriter(buffer);
            TFormatter.Write(ref writer, value);
            writer.Flush();
            WriteBytes(buffer.Span);
        }
        finally
        {
            buffer.Return();
        }
    }

    /// <summary>Writes a Unicode scalar as a string.</summary>
    public void WriteRune(Rune value)
    {
        Span<byte> utf8 = stackalloc byte[4];
        _json.WriteStringValue(utf8[..value.EncodeToUtf8(utf8)]);
    }

    /// <summary>Writes <c>3</c> or <c>^3</c>, as a string.</summary>
    public void WriteIndex(Index value) => _json.WriteStringValue(value.ToString());

    /// <summary>Writes <c>1..^2</c>, as a string.</summary>
    public void WriteRange(Range value) => _json.WriteStringValue(value.ToString());

    /// <summary>Writes a vector or matrix as an array of its numbers, in the order in which they lie in memory.</summary>
    public void WriteSingles<T>(T value)
        where T : unmanaged
    {
        _json.WriteStartArray();
        foreach (var number in MemoryMarshal.Cast<T, float>(new ReadOnlySpan<T>(in value)))
        {
            WriteSingle(number);
        }

        _json.WriteEndArray();
    }

    /// <inheritdoc cref="WriteSingles"/>
    public void WriteDoubles<T>(T value)
        where T : unmanaged
    {
        _json.WriteStartArray();
        foreach (var number in MemoryMarshal.Cast<T, double>(new ReadOnlySpan<T>(in value)))
        {
            WriteDouble(number);
        }

        _json.WriteEndArray();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void WriteMarks()
    {
        if (_tag >= 0)
        {
            _json.WriteNumber("$type"u8, _tag);
        }

        if (_id >= 0)
        {
            _json.WriteNumber("$id"u8, _id);
        }

        _tag = _id = -1;
    }
}
