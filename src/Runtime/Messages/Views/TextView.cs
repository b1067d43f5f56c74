using System.ComponentModel;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;

namespace HighPerf;

/// <summary>A string in a message: its bytes as they are, decoded when asked for. Its length is checked, its text is not until it is decoded.</summary>
public readonly ref struct TextView : IMessageView<TextView>
{
    private readonly ReadOnlySpan<byte> _bytes;
    private readonly Form _form;

    private TextView(ReadOnlySpan<byte> bytes, Form form)
    {
        _bytes = bytes;
        _form = form;
    }

    private enum Form : byte
    {
        Null = 0,
        Utf8 = 1,
        Utf16 = 2,
    }

    /// <summary>True for a null string.</summary>
    public bool IsNull => _form == Form.Null;

    /// <summary>True for a null string and for an empty one.</summary>
    public bool IsEmpty => _bytes.IsEmpty;

    /// <summary>The text as UTF-8; empty for null. A writer may have chosen UTF-16: then it is transcoded into a new array.</summary>
    public ReadOnlySpan<byte> Utf8 => _form == Form.Utf16 ? Encoding.UTF8.GetBytes(new string(Chars)) : _bytes;

    private ReadOnlySpan<char> Chars => MemoryMarshal.Cast<byte, char>(_bytes);

    /// <summary>True if the text is this one; null is not empty.</summary>
    public bool Equals(ReadOnlySpan<byte> utf8) => !IsNull && Utf8.SequenceEqual(utf8);

    /// <summary>True if the text is this one, null included.</summary>
    public bool Equals(string? text) => text is null ? IsNull : !IsNull && (_form == Form.Utf16 ? Chars.SequenceEqual(text) : EqualsUtf8(text));

    /// <summary>The text as a new string; null for a null string.</summary>
    /// <exception cref="MessageFormatException">The bytes are not the UTF-8 text that their header says.</exception>
    public string? Decode() => _form switch
    {
        Form.Null => null,
        Form.Utf16 => new string(Chars),
        _ => _bytes.IsEmpty ? string.Empty : MessageReader.ReadUtf8(_bytes),
    };

    /// <summary>The text; empty for a null string.</summary>
    public override string ToString() => Decode() ?? string.Empty;

    /// <inheritdoc/>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public static long LengthAt(ref byte at, long left, int depth) => left < sizeof(int) ? MessageReader.NoLength : MessageReader.TextLength(ref at);

    /// <inheritdoc/>
    [EditorBrowsable(EditorBrowsableState.Never)]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TextView ViewAt(ref byte at, long left, int depth, out long length)
    {
        length = LengthAt(ref at, left, depth);
        return length > left ? default : At(ref at);
    }

    /// <summary>The string whose header is at a place that was checked; for generated code.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TextView At(ref byte header)
    {
        var head = Unsafe.ReadUnaligned<int>(ref header);
        return head < -1 ? new TextView(MemoryMarshal.CreateReadOnlySpan(ref Unsafe.Add(ref header, 8), ~head), Form.Utf8) : AtOther(ref header, head);
    }

    private static TextView AtOther(ref byte header, int head) => head switch
    {
        -1 => default,
        0 => new TextView(default, Form.Utf8),
        _ => new TextView(MemoryMarshal.CreateReadOnlySpan(ref Unsafe.Add(ref header, 4), head * sizeof(char)), Form.Utf16),
    };

    private bool EqualsUtf8(string text)
    {
        // Text of n characters takes n to 3n bytes.
        if (_bytes.Length < text.Length || _bytes.Length > text.Length * 3L)
        {
            return false;
        }

        Span<char> chars = stackalloc char[128];
        var rest = text.AsSpan();
        var bytes = _bytes;
        while (!bytes.IsEmpty)
        {
            System.Text.Unicode.Utf8.ToUtf16(bytes, chars, out var read, out var written, replaceInvalidSequences: false, isFinalBlock: false);
            if (written == 0 || !rest.StartsWith(chars[..written]))
            {
                return false;
            }

            bytes = bytes[read..];
            rest = rest[written..];
        }

        return rest.IsEmpty;
    }
}
