using System.Globalization;
using HighPerf.Scheduling;

namespace HighPerf.Analyzers.Tests;

/// <summary>HP0023, with a stand-in for the attribute, and the parser behind it.</summary>
public sealed class CronTests
{
    private const string Attribute = "namespace HighPerf { [AttributeUsage(AttributeTargets.Class, AllowMultiple = true)] public sealed class CronAttribute(string expression) : Attribute { public string Expression => expression; public string? TimeZone { get; set; } } }\n";

    [Fact]
    public Task DoesNotParse() => Verifier.HitsAsync("HP0023", Attribute + "[Task, Cron([|\"0 3 * *\"|], TimeZone = \"UTC\"), Cron(\"0 3 * * *\"), Cron([|\"@dialy\"|])] public sealed partial class C { public void Run() { } }");

    [Fact]
    public Task Parses() => Verifier.SilentAsync(Attribute + "[Task, Cron(\"0 3 * * *\", TimeZone = \"Europe/Berlin\")] public sealed partial class C { public void Run() { } }");

    [Fact]
    public Task AnotherCronAttributeIsNotOurs()
        => Verifier.SilentAsync("namespace Other { public sealed class CronAttribute(string expression) : Attribute { public string Expression => expression; } [Cron(\"x\")] public class C; }");

    [Fact]
    public Task TheYearIsTakenAwayByTheFix()
        => Verifier.FixesAsync(
            "HP0023",
            Attribute + "[Task, Cron(\"0 0 3 ? * MON-FRI *\")] public sealed partial class C { public void Run() { } }",
            Attribute + "[Task, Cron(\"0 0 3 ? * MON-FRI\")] public sealed partial class C { public void Run() { } }");

    [Theory]
    [InlineData("", "it has 0 fields, not 5 (minute hour day-of-month month day-of-week) or 6 (seconds first)")]
    [InlineData("* * * *", "it has 4 fields, not 5 (minute hour day-of-month month day-of-week) or 6 (seconds first)")]
    [InlineData("0 0 0 1 1 ? 2027", "it has 7 fields, not 5 (minute hour day-of-month month day-of-week) or 6 (seconds first), and there is no field for the year")]
    [InlineData("@reboot", "'@reboot' is none of @yearly, @annually, @monthly, @weekly, @daily, @midnight and @hourly")]
    [InlineData("60 * * * *", "'60' does not fit the field minute (0-59)")]
    [InlineData("* 24 * * *", "'24' does not fit the field hour (0-23)")]
    [InlineData("* * 0 * *", "'0' does not fit the field day of month (1-31)")]
    [InlineData("* * * 13 *", "'13' does not fit the field month (1-12)")]
    [InlineData("* * * * 8", "'8' does not fit the field day of week (0-6)")]
    [InlineData("* * * JAM *", "'JAM' does not fit the field month (1-12)")]
    [InlineData("? * * * *", "'?' does not fit the field minute (0-59)")]
    [InlineData("1, * * * *", "'' does not fit the field minute (0-59)")]
    [InlineData("1-2-3 * * * *", "'1-2-3' does not fit the field minute (0-59)")]
    [InlineData("-1 * * * *", "'-1' does not fit the field minute (0-59)")]
    [InlineData("+1 * * * *", "'+1' does not fit the field minute (0-59)")]
    [InlineData("*/0 * * * *", "the step of '*/0' is not a number from 1 on")]
    [InlineData("*/x * * * *", "the step of '*/x' is not a number from 1 on")]
    [InlineData("*/60 * * * *", "the step 60 is larger than the field minute (0-59)")]
    [InlineData("99999999999 * * * *", "'99999999999' does not fit the field minute (0-59)")]
    [InlineData("0 0 L-31 * *", "'L-31' is not L-1 to L-30")]
    [InlineData("0 0 32W * *", "'32W' is not 1W to 31W")]
    [InlineData("0 0 * * L", "'L' does not say which day of week is the last one, as in FRIL or 5L")]
    [InlineData("0 0 * * MON#6", "'MON#6' is not a day of week and its number from 1 to 5, as in MON#1")]
    [InlineData("0 0 30 2 *", "no day ever matches it")]
    [InlineData("0 0 31 4,6,9,11 ?", "no day ever matches it")]
    [InlineData("0 0 31W 2 *", "no day ever matches it")]
    [InlineData("61 * * * * *", "'61' does not fit the field second (0-59)")]
    public void Refuses(string text, string problem)
    {
        Assert.Null(CronExpression.Parse(text, out var said));
        Assert.Equal(problem, said);
    }

    [Theory]
    [InlineData("* * * * *", "2026-11-25 22:33:23", "2026-11-25 22:34:00")]
    [InlineData("*/15 * * * *", "2026-11-25 22:45:00", "2026-11-25 23:00:00")]
    [InlineData("5/20 * * * *", "2026-11-25 22:06:00", "2026-11-25 22:25:00")]
    [InlineData("0 3 * * *", "2026-12-31 03:00:00", "2027-01-01 03:00:00")]
    [InlineData("  0\t3  * * * ", "2026-12-31 02:59:59", "2026-12-31 03:00:00")]
    [InlineData("30 10 8 * * *", "2026-01-01 08:10:29", "2026-01-01 08:10:30")]
    [InlineData("*/20 * * * * *", "2026-01-01 00:00:41", "2026-01-01 00:01:00")]
    [InlineData("0 22-4/2 * * *", "2026-01-01 22:30:00", "2026-01-02 00:00:00")]
    [InlineData("0 0 * * MON-FRI", "2026-11-27 00:00:00", "2026-11-30 00:00:00")]
    [InlineData("0 0 * * fri-mon", "2026-11-30 00:00:00", "2026-12-04 00:00:00")]
    [InlineData("0 0 * * 7", "2026-11-25 00:00:00", "2026-11-29 00:00:00")]
    [InlineData("0 0 * * 5-7", "2026-11-28 00:00:00", "2026-11-29 00:00:00")]
    [InlineData("0 0 * * 7-2", "2026-11-24 12:00:00", "2026-11-29 00:00:00")]
    [InlineData("0 0 1 jan,JUL *", "2026-02-01 00:00:00", "2026-07-01 00:00:00")]
    [InlineData("0 0 29 2 *", "2096-03-01 00:00:00", "2104-02-29 00:00:00")]
    [InlineData("0 0 13 * FRI", "2026-11-25 00:00:00", "2026-11-27 00:00:00")]
    [InlineData("0 0 */2 * FRI", "2026-11-25 00:00:00", "2026-11-27 00:00:00")]
    [InlineData("0 0 */2 * FRI", "2026-11-27 00:00:00", "2026-12-11 00:00:00")]
    [InlineData("0 0 ? * FRI", "2026-11-27 00:00:00", "2026-12-04 00:00:00")]
    [InlineData("0 0 L * *", "2028-02-01 00:00:00", "2028-02-29 00:00:00")]
    [InlineData("0 0 L-3 * *", "2026-11-01 00:00:00", "2026-11-27 00:00:00")]
    [InlineData("0 0 LW * *", "2026-05-01 00:00:00", "2026-05-29 00:00:00")]
    [InlineData("0 0 15W * *", "2026-11-01 00:00:00", "2026-11-16 00:00:00")]
    [InlineData("0 0 1W * *", "2026-07-31 00:00:00", "2026-08-03 00:00:00")]
    [InlineData("0 0 31W * *", "2026-05-01 00:00:00", "2026-05-29 00:00:00")]
    [InlineData("0 0 1,L * *", "2026-11-02 00:00:00", "2026-11-30 00:00:00")]
    [InlineData("0 0 * * FRIL", "2026-11-01 00:00:00", "2026-11-27 00:00:00")]
    [InlineData("0 0 * * 5L", "2026-11-27 00:00:00", "2026-12-25 00:00:00")]
    [InlineData("0 0 * * MON#2", "2026-11-01 00:00:00", "2026-11-09 00:00:00")]
    [InlineData("0 0 * * 7#5", "2026-11-01 00:00:00", "2026-11-29 00:00:00")]
    [InlineData("@yearly", "2026-11-25 00:00:00", "2027-01-01 00:00:00")]
    [InlineData("@Monthly", "2026-11-25 00:00:00", "2026-12-01 00:00:00")]
    [InlineData("@weekly", "2026-11-25 00:00:00", "2026-11-29 00:00:00")]
    [InlineData("@daily", "2026-11-25 00:00:00", "2026-11-26 00:00:00")]
    [InlineData("@hourly", "2026-11-25 22:33:23", "2026-11-25 23:00:00")]
    public void FindsTheNext(string text, string after, string next)
    {
        var expression = CronExpression.Parse(text, out var problem);
        Assert.True(expression is not null, problem);
        Assert.Equal(Time(next), expression.Next(Time(after)));
        Assert.True(expression.Matches(Time(next)));
    }

    [Theory]
    [InlineData("7 3 * * *")]
    [InlineData("*/7 5-9 10-20/3 * *")]
    [InlineData("0 12 L-2,3W * MON#1,SUNL")]
    [InlineData("10 0 1 1-3 5")]
    public void NextSkipsNothing(string text)
    {
        // Minute by minute over more than a year: the matches are the nexts.
        var expression = CronExpression.Parse(text, out _)!;
        var at = new DateTime(2027, 12, 1);
        var next = expression.Next(at.AddSeconds(-1));
        for (var end = at.AddDays(400); at < end; at = at.AddMinutes(1))
        {
            var matches = expression.Matches(at);
            Assert.Equal(matches, next == at);
            next = matches ? expression.Next(at) : next;
        }
    }

    [Fact]
    public void TheEndOfTimeIsNoError()
        => Assert.Null(CronExpression.Parse("0 0 1 1 *", out _)!.Next(new DateTime(9999, 6, 1)));

    private static DateTime Time(string text) => DateTime.ParseExact(text, "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
}
