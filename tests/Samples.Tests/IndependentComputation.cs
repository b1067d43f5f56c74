using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace HighPerf.Samples.Tests;

/// <summary>The same report in plain LINQ over strings, in memory, written from the text and sharing no code with the sample.</summary>
internal static class IndependentComputation
{
    public sealed record Airport(string Iata, string? Name, string? City, string? State, int Flights, double MeanDelay, int P90Delay, double Late15, string TopDestination);

    public sealed record Day(string Date, int Flights, double? MeanDelay, string? WorstOrigin);

    public sealed record Rejected(string File, int Line);

    public sealed record Report(List<Airport> Airports, List<Day> Days, List<Rejected> RejectedRows);

    private sealed record Row(string File, int Line, string[] Columns)
    {
        public int Delay => int.Parse(Columns[1], CultureInfo.InvariantCulture);

        public string Origin => Columns[3];

        public string Destination => Columns[4];

        public bool IsGood => Columns.Length == 5
            && DateTime.TryParseExact(Columns[0], "yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture, DateTimeStyles.None, out _)
            && int.TryParse(Columns[1], CultureInfo.InvariantCulture, out _)
            && int.TryParse(Columns[2], CultureInfo.InvariantCulture, out _)
            && Columns[3].Length == 3
            && Columns[4].Length == 3;
    }

    public static Report Of(string input, string airportsFile, Func<string, bool>? readable = null)
    {
        var files = Directory.GetFiles(input, "*.csv").Where(f => readable is null || readable(f)).ToList();
        var rows = files.SelectMany(Rows).ToList();
        var good = rows.Where(r => r.IsGood).ToList();
        var goodOf = good.ToLookup(r => r.File);
        var names = Airports(airportsFile);

        var airports = good
            .GroupBy(r => r.Origin)
            .OrderBy(g => g.Key, StringComparer.Ordinal)
            .Select(g =>
            {
                var delays = g.Select(r => r.Delay).Order().ToList();
                var rank = (int)Math.Ceiling(0.9m * delays.Count);
                names.TryGetValue(g.Key, out var name);
                return new Airport(
                    g.Key, name?[0], name?[1], name?[2], delays.Count, Math.Round(delays.Average(), 2), delays[rank - 1],
                    Math.Round(delays.Count(d => d >= 15) / (double)delays.Count, 4),
                    g.GroupBy(r => r.Destination).OrderByDescending(d => d.Count()).ThenBy(d => d.Key, StringComparer.Ordinal).First().Key);
            })
            .ToList();

        var days = files
            .Select(f =>
            {
                var ofDay = goodOf[Path.GetFileName(f)].ToList();
                var worst = ofDay
                    .GroupBy(r => r.Origin)
                    .Where(g => g.Count() >= 5)
                    .OrderByDescending(g => g.Average(r => (decimal)r.Delay))
                    .ThenBy(g => g.Key, StringComparer.Ordinal)
                    .FirstOrDefault();
                return new Day(Path.GetFileNameWithoutExtension(f), ofDay.Count, ofDay.Count == 0 ? null : Math.Round(ofDay.Average(r => r.Delay), 2), worst?.Key);
            })
            .OrderBy(d => d.Date, StringComparer.Ordinal)
            .ToList();

        var rejected = rows.Where(r => !r.IsGood).Select(r => new Rejected(r.File, r.Line)).OrderBy(r => r.File, StringComparer.Ordinal).ThenBy(r => r.Line).ToList();
        return new Report(airports, days, rejected);
    }

    private static IEnumerable<Row> Rows(string file)
    {
        var text = new UTF8Encoding().GetString(File.ReadAllBytes(file)).TrimStart('\uFEFF');
        var lines = text.Split('\n').ToList();
        if (lines[^1].Length == 0)
        {
            lines.RemoveAt(lines.Count - 1);
        }

        return lines
            .Select((line, i) => (Text: line.EndsWith('\r') ? line[..^1] : line, Number: i + 1))
            .Where(l => !(l.Number == 1 && l.Text.StartsWith("date,", StringComparison.Ordinal)))
            .Select(l => new Row(Path.GetFileName(file), l.Number, l.Text.Split(',')));
    }

    private static Dictionary<string, string[]> Airports(string file)
        => File.ReadAllLines(file)
            .Skip(1)
            .Select(l => Regex.Matches(l, "(?:^|,)(?:\"((?:[^\"]|\"\")*)\"|([^,]*))").Select(m => m.Groups[1].Success ? m.Groups[1].Value.Replace("\"\"", "\"") : m.Groups[2].Value).ToArray())
            .GroupBy(f => f[0])
            .ToDictionary(g => g.Key, g => g.First()[1..4]);
}
