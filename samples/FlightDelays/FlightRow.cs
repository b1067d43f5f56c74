using System.Buffers;
using System.Globalization;
using System.Text.Unicode;

namespace HighPerf.Samples.FlightDelays;

/// <summary>A row of a day's file: date, delay, distance, origin, destination. Parsed from UTF-8 in place; a good row allocates nothing.</summary>
internal readonly ref struct FlightRow
{
    /// <summary>Room for the two codes, that the caller gives to <see cref="TryParse"/>.</summary>
    public const int CodesLength = 8;

    private const int Columns = 5;
    private const int CodeLength = 3;

    private FlightRow(int delay, ReadOnlySpan<char> origin, ReadOnlySpan<char> destination)
    {
        Delay = delay;
        Origin = origin;
        Destination = destination;
    }

    public int Delay { get; }

    public ReadOnlySpan<char> Origin { get; }

    public ReadOnlySpan<char> Destination { get; }

    /// <summary>Parses a line without its line end.</summary>
    public static bool TryParse(ReadOnlySpan<byte> line, Span<char> codes, out FlightRow row, out string? reason)
    {
        row = default;
        var columns = line.Count((byte)',') + 1;
        if (columns != Columns)
        {
            reason = $"{columns} columns instead of {Columns}";
            return false;
        }

        if (!IsDate(Next(ref line)))
        {
            reason = "date is not yyyy-MM-dd HH:mm";
            return false;
        }

        if (!int.TryParse(Next(ref line), NumberStyles.Integer, CultureInfo.InvariantCulture, out var delay))
        {
            reason = "delay is not a whole number";
            return false;
        }

        if (!int.TryParse(Next(ref line), NumberStyles.Integer, CultureInfo.InvariantCulture, out _))
        {
            reason = "distance is not a whole number";
            return false;
        }

        if (!TryReadCode(Next(ref line), codes[..4]))
        {
            reason = "origin is not three characters";
            return false;
        }

        if (!TryReadCode(Next(ref line), codes[4..8]))
        {
            reason = "destination is not three characters";
            return false;
        }

        row = new FlightRow(delay, codes[..CodeLength], codes.Slice(4, CodeLength));
        reason = null;
        return true;
    }

    private static ReadOnlySpan<byte> Next(ref ReadOnlySpan<byte> line)
    {
        var comma = line.IndexOf((byte)',');
        var field = comma < 0 ? line : line[..comma];
        line = comma < 0 ? [] : line[(comma + 1)..];
        return field;
    }

    /// <summary>Three characters as a string counts them, which is UTF-16.</summary>
    private static bool TryReadCode(ReadOnlySpan<byte> field, Span<char> code)
        => Utf8.ToUtf16(field, code, out _, out var written, replaceInvalidSequences: false) == OperationStatus.Done && written == CodeLength;

    private static bool IsDate(ReadOnlySpan<byte> field)
    {
        if (field.Length != 16 || field[4] != '-' || field[7] != '-' || field[10] != ' ' || field[13] != ':')
        {
            return false;
        }

        return TryDigits(field[..4], out var year) && year is >= 1
            && TryDigits(field[5..7], out var month) && month is >= 1 and <= 12
            && TryDigits(field[8..10], out var day) && day >= 1 && day <= DateTime.DaysInMonth(year, month)
            && TryDigits(field[11..13], out var hour) && hour < 24
            && TryDigits(field[14..16], out var minute) && minute < 60;
    }

    private static bool TryDigits(ReadOnlySpan<byte> digits, out int value)
    {
        value = 0;
        foreach (var digit in digits)
        {
            if (!char.IsAsciiDigit((char)digit))
            {
                return false;
            }

            value = (value * 10) + digit - '0';
        }

        return true;
    }
}
