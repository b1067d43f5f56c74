using System.Globalization;

namespace HighPerf.Messages;

/// <summary>Tells whether a number's text and the decimal that was parsed from it have the same significant digits: parsing rounds without a word.</summary>
internal static class DecimalDigits
{
    public static bool AreEqual(ReadOnlySpan<byte> text, decimal value)
    {
        Span<byte> formatted = stackalloc byte[40];
        value.TryFormat(formatted, out var length, default, CultureInfo.InvariantCulture);
        return Next(Mantissa(text), Mantissa(formatted[..length]));
    }

    private static ReadOnlySpan<byte> Mantissa(ReadOnlySpan<byte> text)
    {
        var end = text.IndexOfAny((byte)'e', (byte)'E');
        return (end < 0 ? text : text[..end]).TrimStart("-+0."u8);
    }

    private static bool Next(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        while (true)
        {
            var (a, b) = (Take(ref left), Take(ref right));
            if (a != b)
            {
                // The shorter one may be followed by zeros.
                return a < 0 ? b == '0' && IsZero(right) : b < 0 && a == '0' && IsZero(left);
            }

            if (a < 0)
            {
                return true;
            }
        }
    }

    private static int Take(ref ReadOnlySpan<byte> digits)
    {
        if (!digits.IsEmpty && digits[0] == (byte)'.')
        {
            digits = digits[1..];
        }

        if (digits.IsEmpty)
        {
            return -1;
        }

        var digit = digits[0];
        digits = digits[1..];
        return digit;
    }

    private static bool IsZero(ReadOnlySpan<byte> digits) => digits.IndexOfAnyExcept((byte)'0', (byte)'.') < 0;
}
