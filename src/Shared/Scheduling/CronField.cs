using System;
using System.Globalization;

namespace HighPerf.Scheduling;

/// <summary>One field's range and names: from text to the set of its values, one bit each.</summary>
internal sealed class CronField
{
    public static readonly CronField Second = new("second", 0, 59);
    public static readonly CronField Minute = new("minute", 0, 59);
    public static readonly CronField Hour = new("hour", 0, 23);
    public static readonly CronField DayOfMonth = new("day of month", 1, 31);
    public static readonly CronField Month = new("month", 1, 12, "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC");
    public static readonly CronField DayOfWeek = new("day of week", 0, 6, "SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT");

    private readonly string _name;
    private readonly int _min;
    private readonly int _max;
    private readonly string[] _names;

    private CronField(string name, int min, int max, params string[] names)
    {
        _name = name;
        _min = min;
        _max = max;
        _names = names;
    }

    private int Size => _max - _min + 1;

    /// <summary>The range, for messages.</summary>
    public override string ToString() => string.Format(CultureInfo.InvariantCulture, "{0} ({1}-{2})", _name, _min, _max);

    public bool TryParse(string text, out ulong mask, out string? problem)
    {
        mask = 0;
        problem = null;
        foreach (var item in text.Split(','))
        {
            if (!TryParseItem(item, out var part, out problem))
            {
                return false;
            }

            mask |= part;
        }

        return true;
    }

    /// <summary>One member of the list: <c>*</c>, a value or a range, each with a step or without.</summary>
    public bool TryParseItem(string item, out ulong mask, out string? problem)
    {
        mask = 0;
        var slash = item.IndexOf('/');
        var range = slash < 0 ? item : item.Substring(0, slash);
        var step = 1;
        if (slash >= 0 && (!TryNumber(item.Substring(slash + 1), out step) || step < 1))
        {
            return Fail(out problem, "the step of '{0}' is not a number from 1 on", item);
        }

        if (step >= Size)
        {
            return Fail(out problem, "the step {0} is larger than the field {1}", step, this);
        }

        if (!TryRange(range, slash >= 0, out var from, out var to, out problem))
        {
            return false;
        }

        for (var value = from; value <= to; value += step)
        {
            mask |= 1UL << (_min + ((value - _min) % Size));
        }

        return true;
    }

    /// <summary>A value by number or name. Sunday is 0 and 7.</summary>
    public bool TryValue(string text, out int value)
    {
        if (TryNumber(text, out value))
        {
            return value >= _min && value <= (this == DayOfWeek ? 7 : _max);
        }

        value = Array.FindIndex(_names, n => string.Equals(n, text, StringComparison.OrdinalIgnoreCase)) + _min;
        return value >= _min;
    }

    public static bool TryNumber(string text, out int number)
        => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);

    private static bool Fail(out string? problem, string format, params object[] arguments)
    {
        problem = string.Format(CultureInfo.InvariantCulture, format, arguments);
        return false;
    }

    // A range that goes around ends behind the field's last value; the caller takes it modulo the size.
    private bool TryRange(string text, bool hasStep, out int from, out int to, out string? problem)
    {
        problem = null;
        (from, to) = (_min, _max);
        if (text == "*")
        {
            return true;
        }

        var dash = text.IndexOf('-');
        if (!TryValue(dash < 0 ? text : text.Substring(0, dash), out from) || (dash >= 0 && !TryValue(text.Substring(dash + 1), out to)))
        {
            return Fail(out problem, "'{0}' does not fit the field {1}", text, this);
        }

        if (dash < 0)
        {
            from = from > _max ? _min : from;
            to = hasStep ? _max : from;
        }
        else if (to < from)
        {
            (from, to) = from > _max ? (_min, to) : (from, to + Size);
        }

        return true;
    }
}
