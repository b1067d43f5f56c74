using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using HighPerf.Messages;

namespace HighPerf;

/// <summary>
/// Writes JSON for generated code: compact, names as given, text escaped only where JSON demands it. Used again with <see cref="Reset"/> it allocates nothing. Call
/// <see cref="Flush"/> at the end. The forms of the types are in docs/json.md.
/// </summary>
public sealed partial class JsonMessageWriter
{
    /// <summary>Depth of nested objects of contracts that contain themselves, at which writing and reading JSON stop with an error.</summary>
    public const int MaxDepth = 64;

    private static readonly JsonWriterOptions s_options = new()
    {
        // Bodies go from machine to machine and not into HTML.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        MaxDepth = JsonLimits.MaxBrackets,
        SkipValidation = true,
    };

    /// <summary>What a spare writer holds instead of somebody's buffer; nothing is written to it.</summary>
    private static readonly ArrayBufferWriter<byte> s_nowhere = new();

    [ThreadStatic]
    private static JsonMessageWriter? t_free;

    private readonly Utf8JsonWriter _json;
    private int _depth;

    /// <summary>Starts writing.</summary>
    public JsonMessageWriter(IBufferWriter<byte> output, JsonMessageOptions? options = null)
    {
        _json = new Utf8JsonWriter(output, s_options);
        EnumsAsStrings = (options ?? JsonMessageOptions.Default).EnumsAsStrings;
    }

    /// <summary>True if enums are written as names.</summary>
    public bool EnumsAsStrings { get; private set; }

    /// <summary>The thread's spare writer, or a new one; <see cref="Return"/> gives it back.</summary>
    internal static JsonMessageWriter Rent(IBufferWriter<byte> output, JsonMessageOptions options)
    {
        if (t_free is not { } writer)
        {
            return new JsonMessageWriter(output, options);
        }

        t_free = null;
        writer.EnumsAsStrings = options.EnumsAsStrings;
        writer.Reset(output);
        return writer;
    }

    /// <summary>Hands what was written to the output and keeps the writer for the thread.</summary>
    internal void Return()
    {
        Flush();
        _json.Reset(s_nowhere);
        _references = null;
        t_free = this;
    }

    /// <summary>Starts another document.</summary>
    public void Reset(IBufferWriter<byte> output)
    {
        _json.Reset(output);
        _depth = 0;
        _tag = _id = -1;
        _references?.Clear();
    }

    /// <summary>Hands the written bytes to the output.</summary>
    public void Flush() => _json.Flush();

    /// <summary>Begins an object.</summary>
    public void StartObject()
    {
        _json.WriteStartObject();
        if ((_tag & _id) >= 0)
        {
            WriteMarks();
        }
    }

    /// <summary>Ends an object.</summary>
    public void EndObject() => _json.WriteEndObject();

    /// <summary>Begins an array.</summary>
    /// <exception cref="MessageFormatException">It is the case of a union: only an object has room for its <c>$type</c>.</exception>
    public void StartArray()
    {
        if (_tag >= 0)
        {
            throw new MessageFormatException("A case of a union that is a collection cannot be written as JSON.");
        }

        _json.WriteStartArray();
    }

    /// <summary>Ends an array.</summary>
    public void EndArray() => _json.WriteEndArray();

    /// <summary>The name of the member that follows.</summary>
    public void Name(ReadOnlySpan<byte> utf8) => _json.WritePropertyName(utf8);

    /// <summary>The key of the dictionary's entry that follows.</summary>
    /// <exception cref="MessageFormatException">The key is null or holds an unpaired surrogate.</exception>
    public void Name(string? key)
    {
        if (key is null)
        {
            throw new MessageFormatException("A dictionary with a null key cannot be written as JSON.");
        }

        CheckSurrogates(key);
        _json.WritePropertyName(key);
    }

    /// <summary>Enters a nested object; generated code calls it around recursive contracts.</summary>
    /// <exception cref="MessageFormatException">Deeper than <see cref="MaxDepth"/>.</exception>
    public void Enter()
    {
        if (++_depth > MaxDepth)
        {
            throw new MessageFormatException($"Objects are nested deeper than {MaxDepth} levels: a cycle, or a contract that should be a list.");
        }
    }

    /// <summary>Leaves a nested object.</summary>
    public void Leave() => _depth--;

    /// <summary>Writes null.</summary>
    public void WriteNull() => _json.WriteNullValue();

    /// <summary>Writes true or false.</summary>
    public void WriteBoolean(bool value) => _json.WriteBooleanValue(value);

    /// <summary>Writes a signed integer of any size.</summary>
    public void WriteInteger(long value) => _json.WriteNumberValue(value);

    /// <summary>Writes an unsigned integer of any size.</summary>
    public void WriteUnsigned(ulong value) => _json.WriteNumberValue(value);

    /// <summary>Writes a 128-bit integer, all digits.</summary>
    public void WriteInt128(Int128 value)
    {
        Span<byte> digits = stackalloc byte[48];
        value.TryFormat(digits, out var length, default, CultureInfo.InvariantCulture);
        _json.WriteRawValue(digits[..length], skipInputValidation: true);
    }

    /// <summary>Writes a 128-bit integer, all digits.</summary>
    public void WriteUInt128(UInt128 value)
    {
        Span<byte> digits = stackalloc byte[48];
        value.TryFormat(digits, out var length, default, CultureInfo.InvariantCulture);
        _json.WriteRawValue(digits[..length], skipInputValidation: true);
    }

    /// <summary>Writes the shortest digits that give the same number; "NaN", "Infinity" and "-Infinity" as strings, for JSON has no such numbers.</summary>
    public void WriteSingle(float value)
    {
        if (float.IsFinite(value))
        {
            _json.WriteNumberValue(value);
        }
        else
        {
            WriteNotFinite(value);
        }
    }

    /// <inheritdoc cref="WriteSingle"/>
    public void WriteDouble(double value)
    {
        if (double.IsFinite(value))
        {
            _json.WriteNumberValue(value);
        }
        else
        {
            WriteNotFinite(value);
        }
    }

    /// <inheritdoc cref="WriteSingle"/>
    public void WriteHalf(Half value) => WriteSingle((float)value);

    /// <summary>Writes all digits; the scale is kept (1.50 stays 1.50), and so is the sign of a zero.</summary>
    public void WriteDecimal(decimal value)
    {
        if (value == 0 && decimal.IsNegative(value))
        {
            // The base library's text of it has no sign.
            Span<byte> digits = stackalloc byte[40];
            digits[0] = (byte)'-';
            decimal.Negate(value).TryFormat(digits[1..], out var length, default, CultureInfo.InvariantCulture);
            _json.WriteRawValue(digits[..(length + 1)], skipInputValidation: true);
            return;
        }

        _json.WriteNumberValue(value);
    }

    /// <summary>Writes a string of one character; half of a surrogate pair, which no UTF-8 can hold, as its number.</summary>
    public void WriteChar(char value)
    {
        if (char.IsSurrogate(value))
        {
            _json.WriteNumberValue((uint)value);
        }
        else
        {
            _json.WriteStringValue(new ReadOnlySpan<char>(in value));
        }
    }

    /// <summary>Writes a string, or null.</summary>
    /// <exception cref="MessageFormatException">The string holds an unpaired surrogate.</exception>
    public void WriteString(string? value)
    {
        if (value is null)
        {
            _json.WriteNullValue();
            return;
        }

        CheckSurrogates(value);
        _json.WriteStringValue(value);
    }

    /// <summary>Writes a text that is known at compile time.</summary>
    public void WriteText(ReadOnlySpan<byte> utf8) => _json.WriteStringValue(utf8);

    /// <summary>Writes a version as its parts with dots between them, or null.</summary>
    public void WriteVersion(Version? value) => WriteString(value?.ToString());

    /// <summary>Writes bytes as base64.</summary>
    public void WriteBytes(ReadOnlySpan<byte> value) => _json.WriteBase64StringValue(value);

    /// <summary>Writes 36 characters with hyphens.</summary>
    public void WriteGuid(Guid value) => _json.WriteStringValue(value);

    /// <summary>Writes ISO 8601: "Z" for UTC, the machine's offset for local, nothing for unspecified.</summary>
    public void WriteDateTime(DateTime value) => _json.WriteStringValue(value);

    /// <summary>Writes ISO 8601 with the offset.</summary>
    public void WriteDateTimeOffset(DateTimeOffset value) => _json.WriteStringValue(value);

    /// <summary>Writes <c>[-][d.]hh:mm:ss[.fffffff]</c>.</summary>
    public void WriteTimeSpan(TimeSpan value)
    {
        Span<byte> text = stackalloc byte[32];
        value.TryFormat(text, out var length, "c", CultureInfo.InvariantCulture);
        _json.WriteStringValue(text[..length]);
    }

    /// <summary>Writes <c>yyyy-MM-dd</c>.</summary>
    public void WriteDateOnly(DateOnly value)
    {
        Span<byte> text = stackalloc byte[16];
        value.TryFormat(text, out var length, "O", CultureInfo.InvariantCulture);
        _json.WriteStringValue(text[..length]);
    }

    /// <summary>Writes <c>hh:mm:ss[.fffffff]</c>.</summary>
    public void WriteTimeOnly(TimeOnly value) => WriteTimeSpan(value.ToTimeSpan());

    private void WriteNotFinite(double value)
        => _json.WriteStringValue(double.IsNaN(value) ? "NaN"u8 : value > 0 ? "Infinity"u8 : "-Infinity"u8);

    private static void CheckSurrogates(string text)
    {
        if (Ascii.IsValid(text))
        {
            return;
        }

        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i]))
            {
                continue;
            }

            if (i + 1 == text.Length || !char.IsSurrogatePair(text[i], text[i + 1]))
            {
                ThrowUnpairedSurrogate();
            }

            i++;
        }
    }

    [DoesNotReturn]
    private static void ThrowUnpairedSurrogate() => throw new MessageFormatException("A string with an unpaired surrogate cannot be written as UTF-8.");
}
