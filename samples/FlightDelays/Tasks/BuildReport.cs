namespace HighPerf.Samples.FlightDelays;

/// <summary>Puts the parts together and writes the three files.</summary>
[Task]
public sealed partial class BuildReport
{
    /// <summary>Flights that an airport needs to be in the table of the worst: below, one bad day makes the mean.</summary>
    public const int MinimumFlights = 30;

    private const int WorstCount = 10;

    /// <summary>Writes airports.jsonl, days.jsonl and rejected.jsonl to <paramref name="output"/>.</summary>
    public static ReportTotals Run(MergedDays[] parts, string airportsFile, string output)
    {
        var merger = new DayMerger();
        foreach (var part in parts)
        {
            merger.Add(part);
        }

        var all = merger.ToMergedDays();
        var airports = AirportsFile.Read(airportsFile);
        var lines = all.Origins.Select(o => Statistics.AirportLineOf(o, airports.GetValueOrDefault(o.Iata))).ToArray();
        ReportFiles.Write(output, lines, all.Days, all.Rejected);
        return new ReportTotals(
            all.Days.Length,
            all.Days.Sum(d => d.Flights),
            all.Rejected.Sum(rows => rows.Last - rows.First + 1L),
            lines.Length,
            [.. all.Days.Where(d => d.Flights == 0).Select(d => d.Date)],
            [.. lines.Where(l => l.Flights >= MinimumFlights).OrderByDescending(l => l.MeanDelay).ThenBy(l => l.Iata, StringComparer.Ordinal).Take(WorstCount)]);
    }
}
