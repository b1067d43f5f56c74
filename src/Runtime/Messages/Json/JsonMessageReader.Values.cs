using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace HighPerf;

/// <summary>Reading unions, references, and types of the base library that have a form of their own.</summary>
public ref partial struct JsonMessageReader
{
    private const int MaxCultureName = 85;

    /// <summary>The case of a union: the object's <c>$type</c>, which need not come first. The reader stays where it is.</summary>
    public readonly int ReadDiscriminator()
    {
        StartObject();
        var ahead = _json;
        try
        {
            while (ahead.Read() && ahead.TokenType == JsonTokenType.PropertyName)
            {
                if (ahead.ValueTextEquals("$type"u8))
                {
                    ahead.Read();
                    return ahead.TokenType == JsonTokenType.Number && ahead.TryGetInt32(out var tag) ? tag : throw Error("$type is a number");
                }

                ahead.Skip();
            }
        }
        catch (JsonException exception)
        {
            Throw(exception);
        }

        throw Error("the member '$type' is missing: it says which case of a union this is");
    }

    /// <summary>Reads <c>$ref</c> to an object that was read before; else gives the object's <c>$id</c>, -1 for none.</summary>
    public bool TryReadReference<T>([NotNullWhen(true)] out T? known, out int id)
        where T : class
    {
        (known, id) = (null, -1);
        var ahead = _json;
        try
        {
            ahead.Read();
            if (ahead.TokenType == JsonTokenType.PropertyName && ahead.ValueTextEquals("$type"u8))
            {
                ahead.Read();
                ahead.Skip();
                ahead.Read();
            }

            var isReference = ahead.TokenType == JsonTokenType.PropertyName && ahead.ValueTextEquals("$ref"u8);
            if (!isReference && !(ahead.TokenType == JsonTokenType.PropertyName && ahead.ValueTextEquals("$id"u8)))
            {
                return false;
            }

            ahead.Read();
            if (ahead.TokenType != JsonTokenType.Number || !ahead.TryGetInt32(out var number))
            {
                throw Error("$ref and $id are numbers");
            }

            if (!isReference)
            {
                id = number;
                return false;
            }

            known = _references?.GetValueOrDefault(number) as T ?? throw Error($"no object of this type has the $id {number}");
            ahead.Read();
            _json = ahead.TokenType == JsonTokenType.EndObject ? ahead : throw Error("a $ref stands alone");
            return true;
        }
        catch (JsonException exception)
        {
            Throw(exception);
            return false;
        }
    }

    /// <summary>Notes an object under its <c>$id</c>.</summary>
    public void AddReference(int id, object value)
    {
        if (id >= 0 && !(_references ??= []).TryAdd(id, value))
        {
            throw Error($"two objects have the $id {id}");
        }
    }

    /// <summary>Reads base64 with a formatter of the user's.</summary>
    public readonly T? ReadFormatted<T, TFormatter>()
        where TFormatter : IMessageFormatter<T>
    {
        var reader = new MessageReader(ReadBytes());
        try
        {
            return TFormatter.Read(ref reader);
        }
        catch (MessageFormatException exception)
        {
            throw Error(exception.Message);
        }
    }

    /// <summary>Refuses the lengths of an array of several dimensions that do not fit each other, its type or its values.</summary>
    public readonly void CheckLengths([NotNull] int[]? lengths, int rank, int count)
    {
        var product = 1L;
        var room = 1L;
        foreach (var length in lengths ?? [])
        {
            product = length < 0 || length > Array.MaxLength ? -1 : Math.Min(product * length, int.MaxValue + 1L);
            room = Math.Min(room * Math.Max(length, 1), int.MaxValue + 1L);
            if (product < 0)
            {
                break;
            }
        }

        if (lengths is null || lengths.Length != rank || product != count || room > Array.MaxLength)
        {
            throw Error("the lengths of an array do not fit each other, its type or its values");
        }
    }

    /// <summary>Reads a string and interns it.</summary>
    public readonly string? ReadInternedString() => ReadString() is { } text ? string.Intern(text) : null;

    /// <summary>Reads a string into a builder.</summary>
    public readonly StringBuilder? ReadStringBuilder() => ReadString() is { } text ? new StringBuilder(text) : null;

    /// <summary>Reads a culture by its name.</summary>
    public readonly CultureInfo? ReadCultureInfo()
    {
        if (ReadString() is not { } name)
        {
            return null;
        }

        try
        {
            return name.Length <= MaxCultureName ? CultureInfo.GetCultureInfo(name) : throw Error("the name of a culture is shorter");
        }
        catch (CultureNotFoundException)
        {
            throw Error("the name of a culture is expected");
        }
    }

    /// <summary>Reads a string of one Unicode scalar.</summary>
    public readonly Rune ReadRune()
        => TryText(out var text) && Rune.DecodeFromUtf8(text, out var rune, out var length) == System.Buffers.OperationStatus.Done && length == text.Length
            ? rune
            : throw Error("a string of one Unicode scalar is expected");

    /// <summary>Reads <c>3</c> or <c>^3</c>.</summary>
    public readonly Index ReadIndex() => TryText(out var text) && TryIndex(text, out var index) ? index : throw Error("an index is expected: 3 or ^3, as a string");

    /// <summary>Reads <c>1..^2</c>.</summary>
    public readonly Range ReadRange()
    {
        if (TryText(out var text) && text.IndexOf(".."u8) is var at and > 0 && TryIndex(text[..at], out var start) && TryIndex(text[(at + 2)..], out var end))
        {
            return new Range(start, end);
        }

        throw Error("a range is expected: 1..^2, as a string");
    }

    /// <summary>Reads a vector or matrix from an array of its numbers.</summary>
    public T ReadSingles<T>()
        where T : unmanaged
    {
        T value = default;
        ReadReals(MemoryMarshal.Cast<T, float>(new Span<T>(ref value)));
        return value;
    }

    /// <inheritdoc cref="ReadSingles"/>
    public T ReadDoubles<T>()
        where T : unmanaged
    {
        T value = default;
        ReadReals(MemoryMarshal.Cast<T, double>(new Span<T>(ref value)));
        return value;
    }

    private void ReadReals<TReal>(scoped Span<TReal> numbers)
        where TReal : struct, System.Numerics.IFloatingPointIeee754<TReal>
    {
        StartArray();
        foreach (ref var number in numbers)
        {
            number = NextElement() ? ReadReal<TReal>() : throw Error($"{numbers.Length} numbers are expected");
        }

        if (NextElement())
        {
            throw Error($"{numbers.Length} numbers are expected");
        }
    }

    private static bool TryIndex(ReadOnlySpan<byte> text, out Index index)
    {
        var fromEnd = text.Length > 0 && text[0] == (byte)'^';
        var isNumber = int.TryParse(fromEnd ? text[1..] : text, NumberStyles.None, CultureInfo.InvariantCulture, out var value);
        index = isNumber ? new Index(value, fromEnd) : default;
        return isNumber;
    }
}
