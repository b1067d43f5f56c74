using System;
using System.Globalization;

namespace HighPerf.Scheduling;

/// <summary>The two day fields together: which days of a month match.</summary>
internal sealed class CronDays
{
    private ulong _daysOfMonth;
    private ulong _daysBeforeLast;
    private ulong _nearestWeekdays;
    private bool _lastWeekday;
    private ulong _daysOfWeek;
    private ulong _lastOfWeekday;

    // Bit 7 * (k - 1) + day: the k-th such day of the month.
    private ulong _nthOfWeekday;

    // One of the fields is * or ?: then the other one decides alone.
    private bool _both;

    private CronDays()
    {
    }

    public static bool TryParse(string ofMonth, string ofWeek, out CronDays? days, out string? problem)
    {
        days = null;
        problem = null;
        var result = new CronDays { _both = ofMonth[0] is '*' or '?' || ofWeek[0] is '*' or '?' };
        foreach (var item in (ofMonth == "?" ? "*" : ofMonth).Split(','))
        {
            if (!result.AddDayOfMonth(item, out problem))
            {
                return false;
            }
        }

        foreach (var item in (ofWeek == "?" ? "*" : ofWeek).Split(','))
        {
            if (!result.AddDayOfWeek(item, out problem))
            {
                return false;
            }
        }

        days = result;
        return true;
    }

    public bool Match(int year, int month, int day)
    {
        var count = DateTime.DaysInMonth(year, month);
        var weekday = (int)new DateTime(year, month, day).DayOfWeek;
        var ofMonth = Has(_daysOfMonth, day)
            || Has(_daysBeforeLast, count - day)
            || (_nearestWeekdays != 0 && IsNearestWeekday(year, month, day, count))
            || (_lastWeekday && day == NearestWeekday(year, month, count, count));
        var ofWeek = Has(_daysOfWeek, weekday)
            || (Has(_lastOfWeekday, weekday) && day + 7 > count)
            || Has(_nthOfWeekday, (7 * ((day - 1) / 7)) + weekday);
        return _both ? ofMonth && ofWeek : ofMonth || ofWeek;
    }

    private static bool Has(ulong mask, int bit) => (mask & (1UL << bit)) != 0;

    /// <summary>The weekday nearest to the day, within the month.</summary>
    private static int NearestWeekday(int year, int month, int day, int count) => new DateTime(year, month, day).DayOfWeek switch
    {
        DayOfWeek.Saturday => day > 1 ? day - 1 : day + 2,
        DayOfWeek.Sunday => day < count ? day + 1 : day - 2,
        _ => day,
    };

    private static bool Fail(out string? problem, string format, object argument)
    {
        problem = string.Format(CultureInfo.InvariantCulture, format, argument);
        return false;
    }

    private bool IsNearestWeekday(int year, int month, int day, int count)
    {
        // It is at most two days away from the day that the expression names.
        for (var named = Math.Max(1, day - 2); named <= Math.Min(count, day + 2); named++)
        {
            if (Has(_nearestWeekdays, named) && NearestWeekday(year, month, named, count) == day)
            {
                return true;
            }
        }

        return false;
    }

    private bool AddDayOfMonth(string item, out string? problem)
    {
        problem = null;
        var upper = item.ToUpperInvariant();
        if (upper == "LW" || upper == "WL")
        {
            _lastWeekday = true;
        }
        else if (upper == "L")
        {
            _daysBeforeLast |= 1;
        }
        else if (upper.StartsWith("L-", StringComparison.Ordinal))
        {
            if (!CronField.TryNumber(upper.Substring(2), out var before) || before is < 1 or > 30)
            {
                return Fail(out problem, "'{0}' is not L-1 to L-30", item);
            }

            _daysBeforeLast |= 1UL << before;
        }
        else if (upper.EndsWith("W", StringComparison.Ordinal))
        {
            if (!CronField.TryNumber(upper.Substring(0, upper.Length - 1), out var day) || day is < 1 or > 31)
            {
                return Fail(out problem, "'{0}' is not 1W to 31W", item);
            }

            _nearestWeekdays |= 1UL << day;
        }
        else if (CronField.DayOfMonth.TryParseItem(item, out var mask, out problem))
        {
            _daysOfMonth |= mask;
        }
        else
        {
            return false;
        }

        return true;
    }

    private bool AddDayOfWeek(string item, out string? problem)
    {
        problem = null;
        var hash = item.IndexOf('#');
        if (hash >= 0)
        {
            if (!CronField.DayOfWeek.TryValue(item.Substring(0, hash), out var day) || !CronField.TryNumber(item.Substring(hash + 1), out var nth) || nth is < 1 or > 5)
            {
                return Fail(out problem, "'{0}' is not a day of week and its number from 1 to 5, as in MON#1", item);
            }

            _nthOfWeekday |= 1UL << ((7 * (nth - 1)) + (day % 7));
        }
        else if (item.EndsWith("L", StringComparison.OrdinalIgnoreCase))
        {
            if (!CronField.DayOfWeek.TryValue(item.Substring(0, item.Length - 1), out var day))
            {
                return Fail(out problem, "'{0}' does not say which day of week is the last one, as in FRIL or 5L", item);
            }

            _lastOfWeekday |= 1UL << (day % 7);
        }
        else if (CronField.DayOfWeek.TryParseItem(item, out var mask, out problem))
        {
            _daysOfWeek |= mask;
        }
        else
        {
            return false;
        }

        return true;
    }
}
