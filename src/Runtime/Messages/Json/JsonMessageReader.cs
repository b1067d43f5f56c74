using System.Buffers.Text;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using HighPerf.Messages;

namespace HighPerf;

/// <summary>
/// Reads JSON for generated code. A value's reader stands on the value's first token when it is called and on its last one when it returns. Everything that is wrong
/// with the bytes is a <see cref="MessageFormatException"/> with the member's path and the byte; nothing is allocated ahead of the tokens that were read.
/// </summary>
public ref partial struct JsonMessageReader
{
    private const NumberStyles Real = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
    private const int ByName = int.MinValue;
    private const int ExactDigits = 28;
    private static readonly string[] s_timeForms = ["HH:mm:ss.FFFFFFF", "HH:mm:ss", "HH:mm"];

    private readonly ReadOnlySpan<byte> _bytes;
    private readonly UnknownMembers _unknown;
    private Utf8JsonReader _json;
    private int _depth;
    private Dictionary<int, object>? _references;

    /// <summary>Starts reading: stands on the first token.</summary>
    /// <exception cref="MessageFormatException">The bytes are not UTF-8, or nothing JSON begins with.</exception>
    public JsonMessageReader(ReadOnlySpan<byte> json, JsonMessageOptions? options = null)
    {
        _bytes = json;
        _unknown = (options ?? JsonMessageOptions.Default).UnknownMembers;
        _json = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = JsonLimits.MaxBrackets });
        if (!Utf8.IsValid(json))
        {
            throw new MessageFormatException("The JSON is not valid UTF-8.", InvalidUtf8At(json));
        }

        Advance();
    }

    /// <summary>True on a null.</summary>
    public readonly bool TryReadNull() => _json.TokenType == JsonTokenType.Null;

    /// <summary>Ends reading: nothing but white space may follow.</summary>
    public void End()
    {
        var more = false;
        try
        {
            more = _json.Read();
        }
        catch (JsonException exception)
        {
            Throw(exception);
        }

        if (more)
        {
            throw Error("something follows the value");
        }
    }

    /// <summary>Enters a nested object; generated code calls it around recursive contracts.</summary>
    public void Enter()
    {
        if (++_depth > JsonMessageWriter.MaxDepth)
        {
            throw Error($"objects are nested deeper than {JsonMessageWriter.MaxDepth} levels");
        }
    }

    /// <summary>Leaves a nested object.</summary>
    public void Leave() => _depth--;

    /// <summary>Expects the begin of an object.</summary>
    public readonly void StartObject() => Expect(JsonTokenType.StartObject, "an object");

    /// <summary>Expects the begin of an array.</summary>
    public readonly void StartArray() => Expect(JsonTokenType.StartArray, "an array");

    /// <summary>Goes to the next member's value and gives its name; false at the object's end.</summary>
    public bool NextMember(out ReadOnlySpan<byte> name)
    {
        Advance();
        if (_json.TokenType == JsonTokenType.EndObject)
        {
            name = default;
            return false;
        }

        name = Text();
        Advance();
        return true;
    }

    /// <summary>Goes to the next element; false at the array's end.</summary>
    public bool NextElement()
    {
        Advance();
        return _json.TokenType != JsonTokenType.EndArray;
    }

    /// <summary>Notes that a member was there, and refuses its second time.</summary>
    public readonly ulong Once(ulong seen, ulong bit, scoped ReadOnlySpan<byte> name)
        => (seen & bit) == 0 ? seen | bit : throw Error($"the member '{Encoding.UTF8.GetString(name)}' is there twice");

    /// <summary>Refuses an object whose members, up to its end, do not include one that the contract requires.</summary>
    public readonly void Require(ulong seen, ulong bit, scoped ReadOnlySpan<byte> name)
    {
        if ((seen & bit) == 0)
        {
            throw Error($"the required member '{Encoding.UTF8.GetString(name)}' is missing");
        }
    }

    /// <summary>Reads past a value that nothing takes.</summary>
    public void Skip()
    {
        try
        {
            _json.Skip();
        }
        catch (JsonException exception)
        {
            Throw(exception);
        }
    }

    /// <summary>Reads past a member that is not declared, or refuses it.</summary>
    public void SkipUnknown(scoped ReadOnlySpan<byte> name)
    {
        if (_unknown == UnknownMembers.Refuse && !(name.SequenceEqual("$type"u8) || name.SequenceEqual("$id"u8)))
        {
            throw Error($"the member '{Encoding.UTF8.GetString(name)}' is not declared");
        }

        Skip();
    }

    /// <summary>Begins a command's arguments: an object with a member per argument, or an array in their order.</summary>
    /// <returns>A position for <see cref="NextArgument"/>.</returns>
    public readonly int StartArguments()
    {
        if (_json.TokenType == JsonTokenType.StartArray)
        {
            return -1;
        }

        Expect(JsonTokenType.StartObject, "an object or an array of arguments");
        return ByName;
    }

    /// <summary>Goes to the next argument's value. Its position is negative where the argument is named.</summary>
    public bool NextArgument(scoped ref int position, out ReadOnlySpan<byte> name)
    {
        if (position == ByName)
        {
            return NextMember(out name);
        }

        name = default;
        position++;
        return NextElement();
    }

    /// <summary>Reads past an argument that is not declared, or refuses it. One by position is always refused.</summary>
    public void SkipUnknownArgument(int position, scoped ReadOnlySpan<byte> name)
    {
        if (position >= 0)
        {
            throw Error($"there are more arguments than the task has ({position})");
        }

        SkipUnknown(name);
    }

    /// <summary>Goes to the next entry of a dictionary with text for keys; false at its end.</summary>
    public bool NextKey([NotNullWhen(true)] out string? key)
    {
        Advance();
        if (_json.TokenType == JsonTokenType.EndObject)
        {
            key = null;
            return false;
        }

        key = GetString();
        Advance();
        return true;
    }

    /// <summary>Begins a dictionary with other keys: an array of pairs, or an object (true) where the keys have the form of text.</summary>
    public readonly bool StartPairs()
    {
        if (_json.TokenType == JsonTokenType.StartObject)
        {
            return true;
        }

        Expect(JsonTokenType.StartArray, "an array of pairs");
        return false;
    }

    /// <summary>Goes to the next pair's key; false at the end.</summary>
    public bool NextPair(bool asObject)
    {
        if (asObject)
        {
            Advance();
            return _json.TokenType != JsonTokenType.EndObject;
        }

        if (!NextElement())
        {
            return false;
        }

        StartArray();
        PairPart();
        return true;
    }

    /// <summary>Goes from a pair's key to its value.</summary>
    public void PairValue(bool asObject)
    {
        if (asObject)
        {
            Advance();
        }
        else
        {
            PairPart();
        }
    }

    /// <summary>Goes from a pair's value to its end.</summary>
    public void EndPair(bool asObject)
    {
        if (!asObject && NextElement())
        {
            throw Error("a pair has two elements");
        }
    }

    /// <summary>The error of a dictionary that has a key twice, or a null key.</summary>
    public readonly MessageFormatException DuplicateKey() => Error("a dictionary has a key twice, or a null key");

    /// <summary>Reads true or false.</summary>
    public readonly bool ReadBoolean() => _json.TokenType switch
    {
        JsonTokenType.True => true,
        JsonTokenType.False => false,
        _ => throw Expected("true or false"),
    };

    /// <summary>Reads an integer: a number without fraction and exponent, or such a number as text.</summary>
    public readonly T ReadInteger<T>()
        where T : struct, IBinaryInteger<T>
        => T.TryParse(NumberText(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) ? value : throw Expected($"a number of type {typeof(T).Name}");

    /// <summary>Reads a finite number, or "NaN", "Infinity" or "-Infinity" as text.</summary>
    public readonly T ReadReal<T>()
        where T : struct, IFloatingPointIeee754<T>
    {
        var text = NumberText();
        if (!T.TryParse(text, Real, CultureInfo.InvariantCulture, out var value) || (!T.IsFinite(value) && !IsNotFinite(text)))
        {
            throw Expected($"a number of type {typeof(T).Name}");
        }

        return value;
    }

    /// <summary>Reads a decimal; one that has more digits than a decimal holds is refused and not rounded.</summary>
    public readonly decimal ReadDecimal()
    {
        var text = NumberText();
        if (!decimal.TryParse(text, Real, CultureInfo.InvariantCulture, out var value))
        {
            throw Expected("a number of type Decimal");
        }

        if ((text.Length > ExactDigits || text.IndexOfAny((byte)'e', (byte)'E') >= 0) && !DecimalDigits.AreEqual(text, value))
        {
            throw Error("the number has more digits than a decimal holds");
        }

        return value == 0 && text[0] == (byte)'-' && !decimal.IsNegative(value) ? decimal.Negate(value) : value;
    }

    /// <summary>Reads a string of one UTF-16 unit, or its number.</summary>
    public readonly char ReadChar()
    {
        if (_json.TokenType == JsonTokenType.Number)
        {
            return (char)ReadInteger<ushort>();
        }

        Span<char> text = stackalloc char[16];
        return CopyText(text, "a string of one character") is { Length: 1 } one ? one[0] : throw Expected("a string of one character");
    }

    /// <summary>Reads a string, or null.</summary>
    public readonly string? ReadString()
    {
        if (_json.TokenType == JsonTokenType.Null)
        {
            return null;
        }

        Expect(JsonTokenType.String, "a string");
        return GetString();
    }

    /// <summary>Reads a URI, or null.</summary>
    public readonly Uri? ReadUri()
        => ReadString() is not { } text ? null : Uri.TryCreate(text, UriKind.RelativeOrAbsolute, out var uri) ? uri : throw Expected("a URI");

    /// <summary>Reads a version, or null.</summary>
    public readonly Version? ReadVersion()
        => ReadString() is not { } text ? null : Version.TryParse(text, out var version) ? version : throw Expected("a version");

    /// <summary>Reads base64.</summary>
    public readonly byte[] ReadBytes()
    {
        Expect(JsonTokenType.String, "base64");
        return _json.TryGetBytesFromBase64(out var bytes) ? bytes : throw Expected("base64");
    }

    /// <summary>Reads 36 characters with hyphens.</summary>
    public readonly Guid ReadGuid()
        => TryText(out var text) && Utf8Parser.TryParse(text, out Guid value, out var length, 'D') && length == text.Length ? value : throw Expected("a GUID");

    /// <summary>Reads ISO 8601: with "Z" it is UTC, with an offset local time, without either unspecified.</summary>
    public readonly DateTime ReadDateTime()
        => _json.TokenType == JsonTokenType.String && _json.TryGetDateTime(out var value) ? value : throw Expected("an ISO 8601 date and time");

    /// <summary>Reads ISO 8601 with "Z" or an offset. Without one it is refused: it would mean another instant on every machine.</summary>
    public readonly DateTimeOffset ReadDateTimeOffset()
        => TryText(out var text) && HasOffset(text) && _json.TokenType == JsonTokenType.String && _json.TryGetDateTimeOffset(out var value)
            ? value
            : throw Expected("an ISO 8601 date and time with an offset");

    /// <summary>Reads <c>[-][d.]hh:mm:ss[.fffffff]</c>.</summary>
    public readonly TimeSpan ReadTimeSpan()
    {
        Span<char> text = stackalloc char[32];
        return TimeSpan.TryParseExact(CopyText(text, "a time span"), "c", CultureInfo.InvariantCulture, out var value) ? value : throw Expected("a time span [-][d.]hh:mm:ss[.fffffff]");
    }

    /// <summary>Reads <c>yyyy-MM-dd</c>.</summary>
    public readonly DateOnly ReadDateOnly()
    {
        Span<char> text = stackalloc char[16];
        return DateOnly.TryParseExact(CopyText(text, "a date"), "O", CultureInfo.InvariantCulture, DateTimeStyles.None, out var value) ? value : throw Expected("a date yyyy-MM-dd");
    }

    /// <summary>Reads <c>hh:mm[:ss[.fffffff]]</c>.</summary>
    public readonly TimeOnly ReadTimeOnly()
    {
        Span<char> text = stackalloc char[32];
        return TimeOnly.TryParseExact(CopyText(text, "a time of day"), s_timeForms, CultureInfo.InvariantCulture, DateTimeStyles.None, out var value)
            ? value
            : throw Expected("a time of day hh:mm[:ss[.fffffff]]");
    }

    /// <summary>The bytes of a value as they stand.</summary>
    internal ReadOnlySpan<byte> ReadRaw()
    {
        var start = (int)_json.TokenStartIndex;
        Skip();
        return _bytes[start..(int)_json.BytesConsumed];
    }

    /// <summary>A string, number or truth value as text; null for null.</summary>
    internal readonly string? ReadScalar() => _json.TokenType switch
    {
        JsonTokenType.Null => null,
        JsonTokenType.True => "true",
        JsonTokenType.False => "false",
        JsonTokenType.Number => Encoding.UTF8.GetString(_json.ValueSpan),
        _ => ReadString(),
    };

    /// <summary>True on a text that is no number: the name of an enum's member.</summary>
    public readonly bool TryReadEnumName(out ReadOnlySpan<byte> name)
        => TryText(out name) && (name.IsEmpty || !(char.IsAsciiDigit((char)name[0]) || name[0] == (byte)'-'));

    /// <summary>The error of a text that names no member of an enum.</summary>
    public readonly MessageFormatException UnknownEnumName(string type) => Expected($"a member of {type}");

    /// <summary>An error at the token that is read.</summary>
    public readonly MessageFormatException Error(string what)
    {
        var at = (int)_json.TokenStartIndex;
        return new MessageFormatException(what, JsonPath.Find(_bytes, at), at);
    }

    private readonly MessageFormatException Expected(string what) => Error($"{what} is expected, {Describe()} is there");

    private readonly string Describe() => _json.TokenType switch
    {
        JsonTokenType.StartObject => "an object",
        JsonTokenType.StartArray => "an array",
        JsonTokenType.EndArray => "the end of an array",
        JsonTokenType.Null => "null",
        JsonTokenType.String => $"the string \"{Short(_json.ValueSpan)}\"",
        _ => Short(_json.ValueSpan),
    };

    private static string Short(ReadOnlySpan<byte> text) => text.Length <= 40 ? Encoding.UTF8.GetString(text) : Encoding.UTF8.GetString(text[..40]) + "…";

    private readonly void Expect(JsonTokenType token, string what)
    {
        if (_json.TokenType != token)
        {
            throw Expected(what);
        }
    }

    private void PairPart()
    {
        if (!NextElement())
        {
            throw Error("a pair has two elements");
        }
    }

    private void Advance()
    {
        try
        {
            if (_json.Read())
            {
                return;
            }
        }
        catch (JsonException exception)
        {
            Throw(exception);
        }

        throw new MessageFormatException("the JSON ends too early", JsonPath.Find(_bytes, _bytes.Length), _bytes.Length);
    }

    [DoesNotReturn]
    private readonly void Throw(JsonException exception)
    {
        // The tokenizer counts lines, and bytes within a line.
        var start = 0;
        for (var line = 0L; line < exception.LineNumber; line++)
        {
            start += _bytes[start..].IndexOf((byte)'\n') + 1;
        }

        var at = Math.Min(start + (int)(exception.BytePositionInLine ?? 0), _bytes.Length);
        var tail = exception.Message.IndexOf(" LineNumber:", StringComparison.Ordinal);
        throw new MessageFormatException(tail < 0 ? exception.Message : exception.Message[..tail], JsonPath.Find(_bytes, at), at);
    }

    private readonly string GetString()
    {
        try
        {
            return _json.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw Error("a text has half of a surrogate pair");
        }
    }

    /// <summary>The text of a string or member name, as UTF-8.</summary>
    private readonly ReadOnlySpan<byte> Text()
    {
        if (!_json.ValueIsEscaped)
        {
            return _json.ValueSpan;
        }

        var text = new byte[_json.ValueSpan.Length];
        try
        {
            return text.AsSpan(0, _json.CopyString(text));
        }
        catch (InvalidOperationException)
        {
            throw Error("a text has half of a surrogate pair");
        }
    }

    private readonly bool TryText(out ReadOnlySpan<byte> text)
    {
        if (_json.TokenType is JsonTokenType.String or JsonTokenType.PropertyName)
        {
            text = Text();
            return true;
        }

        text = default;
        return false;
    }

    private readonly ReadOnlySpan<byte> NumberText()
        => _json.TokenType == JsonTokenType.Number ? _json.ValueSpan : TryText(out var text) ? text : default;

    private readonly ReadOnlySpan<char> CopyText(Span<char> destination, string what)
    {
        if (_json.TokenType is not (JsonTokenType.String or JsonTokenType.PropertyName))
        {
            throw Expected(what);
        }

        var text = Text();
        return text.Length <= destination.Length && Utf8.ToUtf16(text, destination, out _, out var length) == System.Buffers.OperationStatus.Done ? destination[..length] : default;
    }

    private static bool IsNotFinite(ReadOnlySpan<byte> text) => text.SequenceEqual("NaN"u8) || text.SequenceEqual("Infinity"u8) || text.SequenceEqual("-Infinity"u8);

    private static bool HasOffset(ReadOnlySpan<byte> text)
        => text.Length > 6 && (text[^1] == (byte)'Z' || text[^6] is (byte)'+' or (byte)'-');

    private static int InvalidUtf8At(ReadOnlySpan<byte> bytes)
    {
        var at = 0;
        while (at < bytes.Length && Rune.DecodeFromUtf8(bytes[at..], out _, out var length) == System.Buffers.OperationStatus.Done)
        {
            at += length;
        }

        return at;
    }
}
