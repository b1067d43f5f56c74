using System;
using System.Globalization;

namespace HighPerf.Scheduling;

/// <summary>
/// A cron expression: <c>minute hour day-of-month month day-of-week</c>, or six fields with seconds first. Each field is a list of <c>*</c>, values, ranges and
/// steps; months and days of the week have names; ranges may go around (<c>22-4</c>, <c>FRI-MON</c>). Days of the month also know <c>L</c>, <c>L-3</c>,
/// <c>15W</c> and <c>LW</c>; days of the week <c>FRIL</c> and <c>MON#2</c>; both know <c>?</c>. Where both are restricted, a day that matches either one counts, as in crontab.
/// It speaks of wall-clock time; what a time zone makes of it is the caller's business.
/// </summary>
internal sealed class CronExpression
{
    // The calendar repeats after that, so what has not come by then never does.
    private const int CalendarYears = 400;

    private readonly ulong _seconds;
    private readonly ulong _minutes;
    private readonly ulong _hours;
    private readonly ulong _months;
    private readonly CronDays _days;

    private CronExpression(ulong seconds, ulong minutes, ulong hours, ulong months, CronDays days)
    {
        _seconds = seconds;
        _minutes = minutes;
        _hours = hours;
        _months = months;
        _days = days;
    }

    /// <summary>Parses an expression, or says in <paramref name="problem"/> why it is none.</summary>
    public static CronExpression? Parse(string text, out string? problem)
    {
        var fields = text.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length == 1 && fields[0][0] == '@')
        {
            var expanded = CronMacros.Expand(fields[0]);
            if (expanded is null)
            {
                problem = string.Format(CultureInfo.InvariantCulture, "'{0}' is none of {1}", fields[0], CronMacros.Known);
                return null;
            }

            fields = expanded.Split(' ');
        }

        if (fields.Length is not (5 or 6))
        {
            var year = fields.Length == 7 ? ", and there is no field for the year" : "";
            problem = string.Format(CultureInfo.InvariantCulture, "it has {0} fields, not 5 (minute hour day-of-month month day-of-week) or 6 (seconds first){1}", fields.Length, year);
            return null;
        }

        return Parse(fields, out problem);
    }

    /// <summary>True when the second that <paramref name="time"/> lies in is one of the expression's.</summary>
    public bool Matches(DateTime time)
        => Has(_seconds, time.Second) && Has(_minutes, time.Minute) && Has(_hours, time.Hour) && Has(_months, time.Month) && _days.Match(time.Year, time.Month, time.Day);

    /// <summary>The first match after <paramref name="after"/>, in wall-clock time; null when there is none.</summary>
    public DateTime? Next(DateTime after)
    {
        if (after >= DateTime.MaxValue.AddSeconds(-1))
        {
            return null;
        }

        var from = after.AddTicks(TimeSpan.TicksPerSecond - (after.Ticks % TimeSpan.TicksPerSecond));
        var lastYear = Math.Min(from.Year + CalendarYears, 9999);
        for (var year = from.Year; year <= lastYear; year++)
        {
            for (var month = year == from.Year ? from.Month : 1; month <= 12; month++)
            {
                if (Has(_months, month) && InMonth(year, month, from) is { } found)
                {
                    return DateTime.SpecifyKind(found, after.Kind);
                }
            }
        }

        return null;
    }

    private static CronExpression? Parse(string[] fields, out string? problem)
    {
        var at = fields.Length - 5;
        if (!CronField.Second.TryParse(at == 1 ? fields[0] : "0", out var seconds, out problem)
            || !CronField.Minute.TryParse(fields[at], out var minutes, out problem)
            || !CronField.Hour.TryParse(fields[at + 1], out var hours, out problem)
            || !CronDays.TryParse(fields[at + 2], fields[at + 4], out var days, out problem)
            || !CronField.Month.TryParse(fields[at + 3], out var months, out problem))
        {
            return null;
        }

        var expression = new CronExpression(seconds, minutes, hours, months, days!);
        if (expression.Next(new DateTime(2000, 1, 1)) is null)
        {
            problem = "no day ever matches it";
            return null;
        }

        return expression;
    }

    private static bool Has(ulong mask, int value) => (mask & (1UL << value)) != 0;

    /// <summary>The lowest value of the mask that is at least <paramref name="value"/>; -1 when there is none.</summary>
    private static int AtLeast(ulong mask, int value)
    {
        for (; value < 64; value++)
        {
            if (Has(mask, value))
            {
                return value;
            }
        }

        return -1;
    }

    private DateTime? InMonth(int year, int month, DateTime from)
    {
        var first = new DateTime(year, month, 1);
        var start = first < from.Date ? from.Day : 1;
        for (var day = start; day <= DateTime.DaysInMonth(year, month); day++)
        {
            if (_days.Match(year, month, day) && InDay(new DateTime(year, month, day), from) is { } found)
            {
                return found;
            }
        }

        return null;
    }

    private DateTime? InDay(DateTime day, DateTime from)
    {
        var floor = day == from.Date ? from.TimeOfDay : TimeSpan.Zero;
        for (var hour = AtLeast(_hours, floor.Hours); hour >= 0; hour = AtLeast(_hours, hour + 1))
        {
            var hourIsFloor = hour == floor.Hours;
            for (var minute = AtLeast(_minutes, hourIsFloor ? floor.Minutes : 0); minute >= 0; minute = AtLeast(_minutes, minute + 1))
            {
                var second = AtLeast(_seconds, hourIsFloor && minute == floor.Minutes ? floor.Seconds : 0);
                if (second >= 0)
                {
                    return day.Add(new TimeSpan(hour, minute, second));
                }
            }
        }

        return null;
    }
}
